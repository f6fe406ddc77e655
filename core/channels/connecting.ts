/**
 * Connecting an account: a form that is done at once, or a person sent to the network and back. Between the two only a hash of the state and
 * the sealed rest are kept, for ten minutes, for one use by the same person.
 */
import { fieldProblem, Problem } from '#contract/platform/problems.ts'
import {
  NetworkError,
  WrongInput,
  type ConnectCall,
  type Connected,
  type ConnectMethod,
  type Json,
} from '../../networks/network.ts'
import { channelSecrets } from './access.ts'
import { fromNetwork } from './channels.ts'
import { networkNamed } from './networks.ts'
import type { Context } from '../platform/context.ts'
import { hashToken, newToken } from '../platform/crypto/tokens.ts'
import { run } from '../platform/db.ts'
import { ChannelAuthorization } from './models/channel-authorization.ts'
import { Channel } from './models/channel.ts'
import { NetworkApp } from './models/network-app.ts'
import { uuidv7 } from '../platform/uuid.ts'

const lifeMs = 10 * 60_000
const callbackPath = '/channels/callback'

/** Where networks send people back to. */
export const redirectUri = (ctx: Pick<Context, 'config'>): string =>
  `${ctx.config.publicUrl}${callbackPath}`

export interface ConnectRequest {
  workspaceId: string
  personId: string | undefined
  network: string
  method: string
  input: Record<string, string>
  returnTo: string | undefined
}

/** Connects at once and returns the channel's id, or returns the address where the person must agree. */
export async function beginConnection(
  ctx: Context,
  request: ConnectRequest,
): Promise<{ channelId: string } | { authorizeUrl: string }> {
  const method = methodOf(ctx, request.network, request.method)
  const { workspaceId, personId } = request
  if (method.kind === 'form') {
    const connected = await askNetwork(
      ctx,
      method.connect(connectCall(ctx, request.network, newToken()), request.input),
    )
    return { channelId: await keepChannel(ctx, workspaceId, personId, request.network, connected) }
  }
  if (!personId)
    throw new Problem(
      'forbidden',
      'Whoever made this key is gone. A person has to connect this account.',
    )
  const state = newToken()
  const { url, pending } = await askNetwork(
    ctx,
    method.begin(connectCall(ctx, request.network, state), request.input),
  )
  await keepPending(ctx, { ...request, personId }, state, pending)
  return { authorizeUrl: url }
}

function methodOf(ctx: Context, network: string, name: string): ConnectMethod {
  const methods = networkNamed(ctx, network, '/network').connect
  const method = Object.hasOwn(methods, name) ? methods[name] : undefined
  if (!method) throw fieldProblem('/method', 'This network is not connected in this way.')
  return method
}

async function keepPending(
  ctx: Context,
  request: ConnectRequest & { personId: string },
  state: string,
  pending: Json,
): Promise<void> {
  const stateHash = hashToken(state)
  const { workspaceId, personId, network, method } = request
  await ctx.db.tx({ workspace: workspaceId, person: personId }, () =>
    ChannelAuthorization.create({
      stateHash,
      workspaceId,
      personId,
      network,
      method,
      sealedPending: ctx.vault.seal(pendingRow(stateHash), { pending } as object),
      returnTo: safePath(request.returnTo),
      expiresAt: new Date(ctx.now().getTime() + lifeMs),
    }),
  )
}

const pendingRow = (hash: Buffer) => ({
  table: 'channel_authorizations',
  id: hash.toString('hex'),
  field: 'sealed_pending',
})

/** A path of this site and nothing that a browser reads as another one. */
const safePath = (path: string | undefined): string | null =>
  path && /^\/(?![/\\])[^\\\s]*$/.test(path) ? path : null

/** What was begun by this person under this state, once. Throws `conflict` when there is nothing (left). */
export async function takePending(
  ctx: Context,
  personId: string,
  state: string | undefined,
): Promise<ChannelAuthorization> {
  const stateHash = hashToken(state ?? '')
  const found = await ctx.db.tx({ person: personId }, async () => {
    const row = await ChannelAuthorization.findByPk(stateHash, { lock: true })
    await row?.destroy()
    return row
  })
  if (!found || found.expiresAt <= ctx.now())
    throw new Problem(
      'conflict',
      'This sign-in has run out or was used already. Connect the account again.',
    )
  return found
}

/** Finishes what `takePending` returned with what the network sent back; returns the channel's id. */
export async function finishConnection(
  ctx: Context,
  begun: ChannelAuthorization,
  query: Record<string, string>,
): Promise<string> {
  const method = methodOf(ctx, begun.network, begun.method)
  if (method.kind !== 'oauth') throw new Error(`${begun.method} has no way back`)
  const { pending } = ctx.vault.open<{ pending: Json }>(
    pendingRow(begun.stateHash),
    begun.sealedPending,
  )
  const call = connectCall(ctx, begun.network, query.state ?? '')
  const connected = await askNetwork(ctx, method.finish(call, query, pending))
  return keepChannel(ctx, begun.workspaceId, begun.personId, begun.network, connected)
}

/** A network's no, at the field that it is about where it is about one. */
async function askNetwork<T>({ now }: Pick<Context, 'now'>, answer: Promise<T>): Promise<T> {
  try {
    return await answer
  } catch (error) {
    if (error instanceof WrongInput) throw fieldProblem(`/input/${error.field}`, error.message)
    throw error instanceof NetworkError ? fromNetwork(error, now()) : error
  }
}

/** The same account connected again keeps its row, and with it its history and its posts. */
async function keepChannel(
  ctx: Context,
  workspaceId: string,
  personId: string | undefined,
  network: string,
  connected: Connected,
): Promise<string> {
  const { secrets, remoteId, ...facts } = connected
  return ctx.db.tx(
    { workspace: workspaceId, ...(personId ? { person: personId } : {}) },
    async () => {
      // Two windows may finish at the same time; the second then finds the first one's row.
      await run('select pg_advisory_xact_lock(hashtextextended($1, 0))', [
        `${workspaceId}:${network}:${remoteId}`,
      ])
      // Two servers may number alike: an account is known by its server, too, unless it can move.
      const server = ctx.networks[network]?.accountsMove ? {} : { origin: connected.origin }
      const known = await Channel.findOne({
        where: { workspaceId, network, remoteId, ...server },
      })
      const id = known?.id ?? uuidv7()
      const fresh = {
        ...facts,
        sealedSecrets: ctx.vault.seal(channelSecrets(id), secrets),
        connectedBy: personId ?? null,
        connectedAt: ctx.now(),
      }
      if (known)
        await known.update({ ...fresh, state: known.state === 'paused' ? 'paused' : 'active' })
      else await Channel.create({ ...fresh, id, workspaceId, network, remoteId, state: 'active' })
      return id
    },
  )
}

function connectCall(ctx: Context, network: string, state: string): ConnectCall {
  return {
    fetch: ctx.http,
    now: ctx.now,
    redirectUri: redirectUri(ctx),
    state,
    apps: apps(ctx, network),
  }
}

/** Our own registrations at servers, shared by all workspaces: they say who we are, not who anybody is. */
function apps(ctx: Context, network: string): ConnectCall['apps'] {
  const uri = redirectUri(ctx)
  const key = (origin: string) => ({ network, origin, redirectUri: uri })
  const row = (origin: string) => ({
    table: 'network_apps',
    id: JSON.stringify([network, origin, uri]),
    field: 'sealed_app',
  })
  return {
    async get(origin) {
      const found = await ctx.db.tx({}, () => NetworkApp.findOne({ where: key(origin) }))
      return found ? ctx.vault.open<Record<string, string>>(row(origin), found.sealedApp) : null
    },
    async put(origin, app) {
      const sealedApp = ctx.vault.seal(row(origin), app)
      await ctx.db.tx({}, () =>
        run(
          `insert into network_apps (network, origin, redirect_uri, sealed_app, created_at) values ($1, $2, $3, $4, $5)
           on conflict (network, origin, redirect_uri) do update set sealed_app = excluded.sealed_app`,
          [network, origin, uri, sealedApp, ctx.now()],
        ),
      )
    },
  }
}

/** Deletes what was begun and never finished; returns how much went. */
export async function pruneAuthorizations(ctx: Pick<Context, 'db' | 'now'>): Promise<number> {
  return ctx.db.tx({ role: 'jobs' }, () =>
    run('delete from channel_authorizations where expires_at < $1', [ctx.now()]),
  )
}
