/** Runs that stand still: whatever an operator does to a workflow, or a crash, their campaign is written to its end. */
import type { Context } from '../platform/context.ts'
import { rows } from '../platform/db.ts'
import { isDirty, markDirty } from '../platform/outbox-flags.ts'

/** A run without progress for this long is looked at; one whose workflow still works is left alone by the dispatcher. */
const stillMs = 60_000
const batch = 50

/** Marks them; the dispatcher starts a workflow where none is running, and it goes on where the last one ended. Returns how many. */
export async function sweepRuns(ctx: Pick<Context, 'db' | 'now'>): Promise<number> {
  const before = new Date(ctx.now().getTime() - stillMs)
  const still = await ctx.db.tx({ role: 'jobs' }, () =>
    rows<{ id: string; workspace_id: string }>(
      `select id, workspace_id from runs where state in ('planning', 'writing') and updated_at < $1 limit ${batch}`,
      [before],
    ),
  )
  for (const { id, workspace_id } of still)
    await ctx.db.tx({ workspace: workspace_id }, async () => {
      if (!(await isDirty('run', id))) await markDirty('run', id, workspace_id)
    })
  return still.length
}
