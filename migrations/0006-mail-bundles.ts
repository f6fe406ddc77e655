/** Mails that may go out as one. Frozen once released. */
import type { QueryInterface } from 'sequelize'

export async function up({ context }: { context: QueryInterface }): Promise<void> {
  await context.sequelize.query('alter table mails add column bundle text')
}
