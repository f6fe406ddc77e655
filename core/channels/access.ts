/** A channel as a network sees it: secrets opened for one call, new ones sealed and stored before they are used. */
import { manifestOf } from '../../networks/manifests.ts'
import type { Call, ChannelAccess } from '../../networks/network.ts'
import type { Context } from '../platform/context.ts'
import type { Http } from '../platform/http/http.ts'
import { Channel } from './models/channel.ts'
import { registry } from '../platform/registry.ts'

/** Where a channel's sealed secrets stand; who connects a channel seals for this row. */
export const channelSecrets = (channelId: string) => ({
  table: 'channels',
  id: channelId,
  field: 'sealed_secrets',
})

type Needs = Pick<Context, 'config' | 'db' | 'vault' | 'now' | 'http'>

/** Tables of our own that a network stands on, by the name of the port in its manifest; filled in `core/open.ts`. */
export const networkPorts =
  registry<(ctx: Pick<Context, 'db' | 'config' | 'now'>, workspaceId: string) => unknown>('port')

/** Opens a channel's secrets. Reads nothing: the row is handed in. */
export function channelAccess(ctx: Needs, channel: Channel): ChannelAccess {
  const { id, network, workspaceId } = channel
  const scope = { workspace: workspaceId }
  const row = channelSecrets(id)
  const opened = (sealed: string | null) =>
    sealed ? ctx.vault.open<Record<string, string>>(row, sealed) : {}
  const access: ChannelAccess = {
    id,
    network,
    remoteId: channel.remoteId,
    origin: manifestOf(network)?.own ? ctx.config.publicUrl : channel.origin,
    handle: channel.handle,
    settings: channel.settings,
    secrets: opened(channel.sealedSecrets),
    expiresAt: channel.expiresAt,
    async saveSecrets(secrets, expiresAt) {
      const sealedSecrets = ctx.vault.seal(row, secrets)
      await ctx.db.tx(scope, () => Channel.update({ sealedSecrets, expiresAt }, { where: { id } }))
      Object.assign(access, { secrets, expiresAt })
    },
    exclusively: (fn) =>
      ctx.db.exclusively(`channel:${id}`, async () => {
        const newest = await ctx.db.tx(scope, () => Channel.findByPk(id))
        if (newest)
          Object.assign(access, {
            secrets: opened(newest.sealedSecrets),
            expiresAt: newest.expiresAt,
          })
        return fn(access.secrets)
      }),
  }
  return access
}

/** What a network function is handed for one call. */
export function callFor(
  ctx: Needs,
  workspaceId: string,
  channel: ChannelAccess,
  more: { deliveryId?: string; signal?: AbortSignal; hold?: Promise<void>; showAt?: Date } = {},
): Call {
  const { signal, deliveryId, hold, showAt } = more
  const http = hold ? held(ctx.http, hold) : ctx.http
  const port = manifestOf(channel.network)?.port
  return {
    fetch: signal ? bounded(http, signal) : http,
    now: ctx.now,
    channel,
    ...(port ? { port: networkPorts.get(port)(ctx, workspaceId) } : {}),
    ...(deliveryId ? { deliveryId } : {}),
    ...(showAt ? { showAt } : {}),
  }
}

/** No request leaves before `hold` resolves; what can be done ahead of that, like opening a connection, is done. */
function held(http: Http, hold: Promise<void>): typeof fetch {
  return http.held?.(hold) ?? ((input, init) => hold.then(() => http(input, init)))
}

/** Every request of a call ends with the call. */
function bounded(http: typeof fetch, signal: AbortSignal): typeof fetch {
  return (input, init) =>
    http(input, { ...init, signal: init?.signal ? AbortSignal.any([init.signal, signal]) : signal })
}
