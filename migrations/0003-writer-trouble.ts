/** What a run says of its writer: whom a person chose, and who does not answer. Frozen once released. */
import type { QueryInterface } from 'sequelize'

const columns = `
alter table runs add column by_starter boolean not null default false;
alter table runs add column stuck_writer text;
alter table runs add column asked_again_at timestamptz;
`

export async function up({ context }: { context: QueryInterface }): Promise<void> {
  await context.sequelize.query(columns)
}
