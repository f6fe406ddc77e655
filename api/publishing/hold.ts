/** Holding everything, resuming, and the posts whose time passed meanwhile. */
import type { hold } from '#contract/publishing/hold.ts'
import { Problem } from '#contract/platform/problems.ts'
import { personOf } from '../../core/platform/actor.ts'
import { wakeWaiting } from '../../core/publishing/ledger.ts'
import { settleOverdue } from '../../core/publishing/waiting.ts'
import { lockWorkspace } from '../../core/workspaces/workspaces.ts'
import { standingIn, workspaceOut } from '../workspaces/view.ts'
import type { Handlers } from '../handler-types.ts'
import { overdueTiles } from './today-view.ts'

export const holdHandlers: Handlers<typeof hold> = {
  async holdPublishing(ctx, { params, body }, caller) {
    const workspace = await lockWorkspace(params.workspaceId)
    await workspace.update({
      holdReason: body.reason,
      holdBy: personOf(caller.actor) ?? null,
      holdSince: workspace.holdSince ?? ctx.now(),
      version: workspace.version + 1,
    })
    return workspaceOut(ctx, workspace, standingIn(caller))
  },

  async resumePublishing(ctx, { params, body }, caller) {
    const { workspaceId } = params
    const workspace = await lockWorkspace(workspaceId)
    const since = workspace.holdSince
    if (!since) throw new Problem('conflict', 'Publishing is not on hold.')
    const none = { holdReason: null, holdBy: null, holdSince: null }
    await workspace.update({ ...none, version: workspace.version + 1 })
    const by = personOf(caller.actor) ?? null
    const overdue = await settleOverdue(ctx, { workspaceId, since }, body.overdue, { by })
    await wakeWaiting({ workspaceId })
    return { workspace: await workspaceOut(ctx, workspace, standingIn(caller)), overdue }
  },

  async listOverdue(ctx, { params }) {
    return { data: await overdueTiles(ctx, params.workspaceId) }
  },
}
