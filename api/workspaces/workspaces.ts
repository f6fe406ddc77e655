/** Workspaces: their settings, their public page, and holding everything. */
import type { workspaces } from '#contract/workspaces/workspaces.ts'
import { fieldProblem, Problem } from '#contract/platform/problems.ts'
import { personOf } from '../../core/platform/actor.ts'
import { wipeDemo } from '../../core/demo/demo.ts'
import { wakeWaiting } from '../../core/publishing/ledger.ts'
import { settleOverdue } from '../../core/publishing/waiting.ts'
import type { WeekSlot } from '../../core/workspaces/models/workspace.ts'
import { changePage } from '../../core/page/settings.ts'
import { createWorkspace, findWorkspace, lockWorkspace } from '../../core/workspaces/workspaces.ts'
import { pageOut, workspaceOut, workspacesOf } from './view.ts'
import type { Caller, Handlers } from '../handler-types.ts'

type Table = Pick<
  Handlers<typeof workspaces>,
  | 'listWorkspaces'
  | 'createWorkspace'
  | 'getWorkspace'
  | 'updateWorkspace'
  | 'updatePage'
  | 'holdPublishing'
  | 'resumePublishing'
  | 'wipeDemo'
>

export const workspaceHandlers: Table = {
  async listWorkspaces(ctx, _input, { actor }) {
    const personId = personOf(actor)
    if (!personId) return { data: [] }
    const only = actor.kind === 'key' ? actor.workspaceId : undefined
    return { data: await workspacesOf(ctx, personId, only) }
  },

  async createWorkspace(ctx, { body }, { actor }) {
    const personId = personOf(actor)
    if (!personId) throw new Problem('unauthenticated')
    const { config } = ctx
    const workspace = await createWorkspace({ ...body, personId, config }, ctx.now())
    return workspaceOut(ctx, workspace, 'owner')
  },

  async getWorkspace(ctx, { params }, caller) {
    return workspaceOut(ctx, await findWorkspace(params.workspaceId), roleOf(caller))
  },

  async updateWorkspace(ctx, { params, body }, caller) {
    const workspace = await lockWorkspace(params.workspaceId)
    const slots = body.slots && inOrder(body.slots)
    const version = workspace.version + 1
    await workspace.update({ ...body, ...(slots ? { slots } : {}), version })
    return workspaceOut(ctx, workspace, roleOf(caller))
  },

  async updatePage(ctx, { params, body }) {
    const workspace = await lockWorkspace(params.workspaceId)
    await changePage(ctx, workspace, body)
    return pageOut(ctx, workspace)
  },

  async holdPublishing(ctx, { params, body }, caller) {
    const workspace = await lockWorkspace(params.workspaceId)
    await workspace.update({
      holdReason: body.reason,
      holdBy: personOf(caller.actor) ?? null,
      holdSince: workspace.holdSince ?? ctx.now(),
      version: workspace.version + 1,
    })
    return workspaceOut(ctx, workspace, roleOf(caller))
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
    return { workspace: await workspaceOut(ctx, workspace, roleOf(caller)), overdue }
  },

  async wipeDemo(ctx, { params, ifMatch }, caller) {
    await wipeDemo(ctx, params.workspaceId, personOf(caller.actor), ifMatch)
  },
}

function roleOf({ role }: Caller): NonNullable<Caller['role']> {
  if (!role) throw new Error('a workspace was reached without a role in it')
  return role
}

/** Slots by day and time, each once. */
function inOrder(slots: WeekSlot[]): WeekSlot[] {
  slots.forEach(({ time }, index) => {
    if (!/^([01]\d|2[0-3]):[0-5]\d$/.test(time))
      throw fieldProblem(`/slots/${index}/time`, `${time} is not a time of day.`)
  })
  const byKey = new Map(slots.map((slot) => [`${slot.weekday} ${slot.time}`, slot]))
  return [...byKey].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, slot]) => slot)
}
