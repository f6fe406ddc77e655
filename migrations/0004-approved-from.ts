/** Where a post stood before it was approved, so that an undone approval puts it back there. Frozen once released. */
import type { QueryInterface } from 'sequelize'

const approvedFrom = `
alter table posts add column approved_from text check (approved_from in ('draft', 'in_review', 'changes_requested'));
`

export async function up({ context }: { context: QueryInterface }): Promise<void> {
  await context.sequelize.query(approvedFrom)
}
