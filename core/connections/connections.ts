/** Model providers of a workspace: keys sealed, off until an owner has seen the data terms, off again when what was seen changes. */
import { isDeepStrictEqual } from 'node:util'
import type { z } from 'zod'
import type {
  Connection as ConnectionShape,
  ConnectionCreate,
  ConnectionUpdate,
} from '#contract/connections/connections.ts'
import { fieldProblem, Problem } from '#contract/platform/problems.ts'
import type { Context } from '../platform/context.ts'
import type { Scope } from '../platform/db.ts'
import { Connection } from './models/connection.ts'
import { uuidv7 } from '../platform/uuid.ts'
import { connectionKey, forRouter } from './access.ts'

type Out = z.input<typeof ConnectionShape>
type Needs = Pick<Context, 'config' | 'vault'>

export function connectionOut(row: Connection): Out {
  const { id, name, baseUrl, model, keyHint, terms, prices, position } = row
  return {
    id,
    name,
    baseUrl,
    model,
    keyHint,
    terms,
    prices,
    position,
    adapter: 'openai',
    on: row.isOn,
    termsAcceptedAt: row.termsAcceptedAt?.toISOString() ?? null,
    lastTest: row.lastTest,
    createdAt: row.createdAt.toISOString(),
  }
}

export const allConnections = (workspaceId: string): Promise<Connection[]> =>
  Connection.findAll({
    where: { workspaceId },
    order: [
      ['position', 'ASC'],
      ['id', 'ASC'],
    ],
  })

export async function findConnection(
  params: { workspaceId: string; connectionId: string },
  lock = false,
): Promise<Connection> {
  const { workspaceId, connectionId: id } = params
  const found = await Connection.findOne({ where: { id, workspaceId }, lock })
  if (!found) throw new Problem('not_found', 'This connection is gone.')
  return found
}

/** Adds a provider behind the others, switched off. In a unit of work. */
export async function addConnection(
  ctx: Needs,
  workspaceId: string,
  { apiKey, ...wanted }: z.output<typeof ConnectionCreate>,
): Promise<Connection> {
  const id = uuidv7()
  const baseUrl = address(ctx, wanted.baseUrl, apiKey !== '')
  const last = await Connection.max<number | null, Connection>('position', {
    where: { workspaceId },
  })
  return Connection.create({
    ...wanted,
    id,
    workspaceId,
    baseUrl,
    adapter: 'openai',
    position: (last ?? 0) + 1,
    ...keyFields(ctx, id, apiKey),
  })
}

/** Changes a provider. What an owner agreed to (address, model, terms) cannot change under a provider that is on. In a unit of work. */
export async function changeConnection(
  ctx: Needs,
  row: Connection,
  { apiKey, ...wanted }: z.output<typeof ConnectionUpdate>,
): Promise<void> {
  const moved = wanted.baseUrl !== undefined && origin(wanted.baseUrl) !== origin(row.baseUrl)
  // A key belongs to the server it was given for and is not shown to another one.
  const key = apiKey ?? (moved ? '' : undefined)
  const hasKey = key === undefined ? row.sealedKey !== null : key !== ''
  const baseUrl = wanted.baseUrl && address(ctx, wanted.baseUrl, hasKey)
  row.set({
    ...wanted,
    ...(baseUrl ? { baseUrl } : {}),
    ...(key === undefined ? {} : keyFields(ctx, row.id, key)),
  })
  const changed = (name: 'baseUrl' | 'model' | 'terms') =>
    !isDeepStrictEqual(plain(row.previous(name)), plain(row.get(name)))
  if (changed('baseUrl') || changed('model') || changed('terms'))
    row.set({ isOn: false, termsAcceptedAt: null, termsAcceptedBy: null })
  if (changed('baseUrl') || changed('model') || key !== undefined) row.lastTest = null
  await row.save()
}

const plain = (value: unknown): unknown => JSON.parse(JSON.stringify(value))
const origin = (url: string): string => new URL(url).origin

/** A base address as it is kept. Throws a field problem for one that carries secrets, or a key in the clear over a network. */
function address({ config }: Pick<Context, 'config'>, typed: string, withKey: boolean): string {
  const url = new URL(typed)
  if (url.username || url.password || url.search || url.hash)
    throw fieldProblem('/baseUrl', 'Give the address alone; the key has a field of its own.')
  if (withKey && url.protocol === 'http:' && !config.allowPrivateOrigins.includes(url.origin))
    throw fieldProblem('/baseUrl', 'A key must not travel unencrypted. Use an https:// address.')
  return url.href.replace(/\/+$/, '')
}

function keyFields({ vault }: Needs, id: string, key: string) {
  if (!key) return { sealedKey: null, keyHint: null }
  const keyHint = key.length >= 12 ? `…${key.slice(-4)}` : '…'
  return { sealedKey: vault.seal(connectionKey(id), key), keyHint }
}

/** Switches a provider on, when its terms were seen, or off. In a unit of work. */
export async function switchConnection(
  row: Connection,
  wanted: { on: boolean; acceptTerms: boolean },
  { by, now }: { by: string | null; now: Date },
): Promise<void> {
  if (!wanted.on) {
    await row.update({ isOn: false })
    return
  }
  if (!wanted.acceptTerms)
    throw new Problem('conflict', 'Look at the data terms first, and say that you accept them.')
  await row.update({ isOn: true, termsAcceptedAt: now, termsAcceptedBy: by })
}

/** Asks the provider one question without anything of the workspace in it, and keeps what came of it. Opens its own units of work. */
export async function testConnection(
  ctx: Context,
  scope: Scope,
  params: { workspaceId: string; connectionId: string },
): Promise<Connection> {
  const row = await ctx.db.tx(scope, () => findConnection(params))
  const { ok, failure, message } = await ctx.llm.test(forRouter(ctx, row))
  const detail = failure === 'unreachable' ? (closedDoor(ctx, row.baseUrl) ?? message) : message
  return ctx.db.tx(scope, async () => {
    const now = await findConnection(params, true)
    // Silent: a test is no change, so what was learned of the provider stays.
    now.lastTest = { ok, detail, at: ctx.now().toISOString() }
    return now.save({ silent: true })
  })
}

const ownMachine = /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])$/

/** What stands in the way of a server on this machine, which nobody would guess. */
function closedDoor({ config }: Pick<Context, 'config'>, baseUrl: string): string | null {
  const url = new URL(baseUrl)
  if (!ownMachine.test(url.hostname) || config.allowPrivateOrigins.includes(url.origin)) return null
  return `PostAura does not call servers on its own machine unasked. Start it with ALLOW_PRIVATE_ORIGINS=${url.origin} and test again.`
}
