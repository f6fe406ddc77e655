/** Ending the demo workspace. */
import { Problem } from '#contract/problems.ts'
import type { Context } from './context.ts'
import { run } from './db.ts'
import { Workspace } from './models/workspace.ts'
import { markDirty } from './outbox-flags.ts'

/** Deletes a demo workspace with everything in it, workflow histories included. Throws `conflict` for any other workspace. */
export async function wipeDemo(
  ctx: Pick<Context, 'db'>,
  workspaceId: string,
  personId?: string,
): Promise<void> {
  const scope = { workspace: workspaceId, ...(personId ? { person: personId } : {}) }
  await ctx.db.tx(scope, async () => {
    const workspace = await Workspace.findByPk(workspaceId, { lock: true })
    if (!workspace) throw new Problem('not_found')
    if (!workspace.demo)
      throw new Problem('conflict', 'This is no demo workspace, so nothing was deleted.')
    await run('delete from outbox where workspace_id = $1', [workspaceId])
    await run('update workflow_runs set erase = true where workspace_id = $1', [workspaceId])
    await markDirty('erase', workspaceId, workspaceId)
    await workspace.destroy()
  })
}
