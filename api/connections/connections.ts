/** Model providers of a workspace. */
import type { connections } from '#contract/connections/connections.ts'
import { personOf } from '../../core/platform/actor.ts'
import {
  addConnection,
  allConnections,
  changeConnection,
  connectionOut,
  findConnection,
  switchConnection,
  testConnection,
} from '../../core/connections/connections.ts'
import type { Scope } from '../../core/platform/db.ts'
import { findModelServers } from '../../core/connections/found-servers.ts'
import type { Caller, Handlers } from '../handler-types.ts'

export const connectionHandlers: Handlers<typeof connections> = {
  async listConnections(ctx, { params }, caller) {
    const scope = scopeOf(params, caller)
    const rows = await ctx.db.tx(scope, () => allConnections(params.workspaceId))
    const known = new Set(rows.map((row) => row.baseUrl))
    const offered = caller.operator ? await findModelServers() : []
    return {
      data: rows.map(connectionOut),
      found: offered.filter((server) => !known.has(server.baseUrl)),
    }
  },

  async createConnection(ctx, { params, body }) {
    return connectionOut(await addConnection(ctx, params.workspaceId, body))
  },

  async updateConnection(ctx, { params, body }) {
    const row = await findConnection(params, true)
    await changeConnection(ctx, row, body)
    return connectionOut(row)
  },

  async testConnection(ctx, { params }, caller) {
    return connectionOut(await testConnection(ctx, scopeOf(params, caller), params))
  },

  async switchConnection(ctx, { params, body }, { actor }) {
    const row = await findConnection(params, true)
    await switchConnection(row, body, { by: personOf(actor) ?? null, now: ctx.now() })
    return connectionOut(row)
  },

  async deleteConnection(_ctx, { params }) {
    await (await findConnection(params, true)).destroy()
  },
}

function scopeOf(params: { workspaceId: string }, caller: Caller): Scope {
  const person = personOf(caller.actor)
  return { workspace: params.workspaceId, ...(person ? { person } : {}) }
}
