/** Workspaces and their settings. */
import type { workspaces } from '#contract/workspaces/workspaces.ts'
import { fieldProblem, Problem } from '#contract/platform/problems.ts'
import { personOf } from '../../core/platform/actor.ts'
import type { WeekSlot } from '../../core/workspaces/models/workspace.ts'
import { foundersRole } from '../../core/workspaces/members.ts'
import { createWorkspace, findWorkspace, lockWorkspace } from '../../core/workspaces/workspaces.ts'
import { standingIn, workspaceOut, workspacesOf } from './view.ts'
import type { Handlers } from '../handler-types.ts'

type Table = Pick<
  Handlers<typeof workspaces>,
  'listWorkspaces' | 'createWorkspace' | 'getWorkspace' | 'updateWorkspace'
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
    const { config, policy } = ctx
    const workspace = await createWorkspace({ ...body, personId, config, policy }, ctx.now())
    const role = foundersRole(policy)
    return workspaceOut(ctx, workspace, { role, grant: policy.ofRole(role) })
  },

  async getWorkspace(ctx, { params }, caller) {
    return workspaceOut(ctx, await findWorkspace(params.workspaceId), standingIn(caller))
  },

  async updateWorkspace(ctx, { params, body }, caller) {
    const workspace = await lockWorkspace(params.workspaceId)
    const slots = body.slots && inOrder(body.slots)
    const version = workspace.version + 1
    await workspace.update({ ...body, ...(slots ? { slots } : {}), version })
    return workspaceOut(ctx, workspace, standingIn(caller))
  },
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
