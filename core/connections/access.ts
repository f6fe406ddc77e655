/** Who may write for a workspace: its switched-on connections with their keys opened, in the order its owner gave them. */
import type { WriterChoice } from '#contract/connections/connections.ts'
import type { Connection as RouterConnection, Policy } from '../../llm/types.ts'
import type { Context } from '../platform/context.ts'
import { Connection } from './models/connection.ts'
import type { Access } from '../writer/write.ts'

/** Where a connection's sealed key stands. */
export const connectionKey = (connectionId: string) => ({
  table: 'connections',
  id: connectionId,
  field: 'sealed_key',
})

export const starterName = 'Starter writer'

/** The starter writer stands in only while nothing is switched on: falling back to it unasked would pass rules off as a model. */
const policy: Policy = { version: 'switched-on-1', starter: 'when_none' }

/** A person's own choice for one run or one post: no provider is even named to the router, so none can see the brief. */
const byStarter: Access = {
  connections: [],
  policy: { version: 'starter-chosen-1', starter: 'when_none' },
}

/** Connections and rules for one call. In a unit of work of the workspace. */
export async function accessOf(
  ctx: Pick<Context, 'vault'>,
  workspaceId: string,
  choice: WriterChoice = 'usual',
): Promise<Access> {
  if (choice === 'starter') return byStarter
  const connections = (await switchedOn(workspaceId)).map((row) => forRouter(ctx, row))
  return { connections, policy }
}

/** Name of whoever is asked first. In a unit of work. */
export async function writerName(workspaceId: string, choice: WriterChoice): Promise<string> {
  if (choice === 'starter') return starterName
  const [first] = await switchedOn(workspaceId)
  return first?.name ?? starterName
}

const switchedOn = (workspaceId: string): Promise<Connection[]> =>
  Connection.findAll({
    where: { workspaceId, isOn: true },
    order: [
      ['position', 'ASC'],
      ['id', 'ASC'],
    ],
  })

/** A stored connection as the router takes it. */
export function forRouter(ctx: Pick<Context, 'vault'>, row: Connection): RouterConnection {
  return {
    id: row.id,
    name: row.name,
    adapter: 'openai',
    provider: row.terms.processor,
    model: row.model,
    baseUrl: row.baseUrl,
    apiKey: row.sealedKey ? ctx.vault.open(connectionKey(row.id), row.sealedKey) : '',
    enabled: row.isOn,
    terms: row.terms,
    prices: row.prices,
    structured: 'json_schema',
    rank: row.position,
    revision: row.updatedAt.getTime(),
    contextTokensMax: null,
    requestsPerMinute: null,
    timeoutMs: null,
  }
}
