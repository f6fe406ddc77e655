/** Channels as people see them, and what a person may do to one: pause, resume, check, disconnect. */
import type { z } from 'zod'
import type { Channel as ChannelShape } from '#contract/channels.ts'
import { Problem } from '#contract/problems.ts'
import { NetworkError, type Call } from '../networks/network.ts'
import { rulesOf } from '../networks/rules-registry.ts'
import { callFor, channelAccess } from './channel-access.ts'
import type { Context } from './context.ts'
import { rows, run, type Scope } from './db.ts'
import { wakeWaiting } from './ledger.ts'
import { cancelOnChannel } from './ledger-waiting.ts'
import { Channel } from './models/channel.ts'

type ChannelOut = z.input<typeof ChannelShape>

interface ChannelRow {
  id: string
  network: ChannelOut['network']
  name: string
  handle: string
  url: string
  origin: string
  settings: Record<string, unknown>
  state: ChannelOut['state']
  paused_reason: string | null
  scopes: string[]
  connected_by: string | null
  connected_at: Date
  expires_at: Date | null
  last_published_at: Date | null
  next_publish_at: Date | null
}

const columns = `c.id, c.network, c.name, c.handle, c.url, c.origin, c.settings, c.state, c.paused_reason, c.scopes,
  c.connected_at, c.expires_at, p.name as connected_by,
  (select max(d.published_at) from deliveries d where d.channel_id = c.id) as last_published_at,
  (select min(d.publish_at) from deliveries d where d.channel_id = c.id and d.state = 'scheduled') as next_publish_at`

/** The channels of the current workspace, or one of them; the page first, then in the order in which they were connected. */
export async function channelsOut(id?: string): Promise<ChannelOut[]> {
  const found = await rows<ChannelRow>(
    `select ${columns} from channels c left join persons p on p.id = c.connected_by
     where $1::uuid is null or c.id = $1::uuid order by c.network <> 'page', c.connected_at, c.id`,
    [id ?? null],
  )
  return found.map(channelOut)
}

export async function channelOutById(id: string): Promise<ChannelOut> {
  const [channel] = await channelsOut(id)
  if (!channel) throw new Problem('not_found', 'This channel is gone.')
  return channel
}

const iso = (at: Date | null): string | null => at && new Date(at).toISOString()

function channelOut(row: ChannelRow): ChannelOut {
  const { id, network, name, handle, url, state, scopes } = row
  const rules = rulesOf(network, row.settings)
  return {
    ...{ id, network, name, handle, url, state, scopes },
    server: new URL(row.origin).host,
    pausedReason: row.paused_reason,
    connectedBy: row.connected_by,
    connectedAt: new Date(row.connected_at).toISOString(),
    expiresAt: iso(row.expires_at),
    textMax: rules?.textMax ?? 0,
    mediaMax: rules?.mediaMax ?? 0,
    lastPublishedAt: iso(row.last_published_at),
    nextPublishAt: iso(row.next_publish_at),
  }
}

/** The channel's row, locked; throws `not_found`. */
export async function lockChannel(id: string): Promise<Channel> {
  const channel = await Channel.findByPk(id, { lock: true })
  if (!channel) throw new Problem('not_found', 'This channel is gone.')
  return channel
}

export async function pauseChannel(id: string, reason: string): Promise<void> {
  const channel = await lockChannel(id)
  if (channel.state === 'off')
    throw new Problem('conflict', `${channel.name} is not connected, so nothing goes out on it.`)
  await channel.update({ state: 'paused', pausedReason: reason || null })
}

export async function resumeChannel(id: string): Promise<void> {
  const channel = await lockChannel(id)
  if (channel.state !== 'paused') throw new Problem('conflict', `${channel.name} is not paused.`)
  await channel.update({ state: 'active', pausedReason: null })
  await wakeWaiting({ workspaceId: channel.workspaceId, channelId: id })
}

/** Asks the network. A refused access is what the check is for: the channel then says so instead of an error. */
export async function checkChannel(ctx: Context, scope: Scope, id: string): Promise<void> {
  const channel = await ctx.db.tx(scope, () => Channel.findByPk(id))
  if (!channel) throw new Problem('not_found', 'This channel is gone.')
  const network = ctx.networks[channel.network]
  if (channel.state === 'off') throw new Problem('conflict', `${channel.name} is not connected.`)
  if (!network?.check) return
  const call = channelCall(ctx, channel)
  try {
    await network.refresh?.(call)
    const { name, handle } = await network.check(call)
    await ctx.db.tx(scope, () => noteHealth(id, { name, handle, state: 'active' }, 'reconnect'))
  } catch (error) {
    if (!(error instanceof NetworkError)) throw error
    if (error.kind !== 'access_revoked' && error.kind !== 'not_permitted')
      throw fromNetwork(error, ctx.now())
    await ctx.db.tx(scope, () => noteHealth(id, { state: 'reconnect' }, 'active'))
  }
}

/** Only what the answer speaks about changes: a paused channel stays paused. */
async function noteHealth(
  id: string,
  { state, ...facts }: { state: string; name?: string; handle?: string },
  from: string,
): Promise<void> {
  const channel = await lockChannel(id)
  await channel.update({ ...facts, ...(channel.state === from ? { state } : {}) })
}

/** Takes a channel's secrets away, giving the access back to the network where it can be. Its history stays as long as it has one. */
export async function disconnectChannel(ctx: Context, scope: Scope, id: string): Promise<void> {
  const channel = await ctx.db.tx(scope, () => Channel.findByPk(id))
  if (!channel) throw new Problem('not_found', 'This channel is gone.')
  if (channel.network === 'page')
    throw new Problem(
      'conflict',
      'The public page is switched off in the settings of the workspace.',
    )
  const call = channelCall(ctx, channel)
  await ctx.db.tx(scope, async () => {
    await lockChannel(id)
    await cancelOnChannel(ctx, id, { by: scope.person ?? null })
    await Channel.update(
      { state: 'off', sealedSecrets: null, scopes: [], pausedReason: null, expiresAt: null },
      { where: { id } },
    )
    await run(
      `delete from channels where id = $1 and not exists (select 1 from deliveries where channel_id = $1)
       and not exists (select 1 from posts where $1 = any(channel_ids))`,
      [id],
    )
  })
  // Our copy is gone in any case; whether the network hears of it must not bring it back.
  await ctx.networks[channel.network]?.disconnect?.(call).catch((error: unknown) => {
    ctx.log.warn({ err: error, channelId: id }, 'a network did not take its access back')
  })
}

/** What a network function needs for a question about the channel itself. */
const channelCall = (ctx: Context, channel: Channel): Call =>
  callFor(ctx, channel.workspaceId, channelAccess(ctx, channel))

const kinds: Partial<Record<NetworkError['kind'], Problem['kind']>> = {
  unreachable: 'unreachable',
  server_busy: 'unreachable',
  rate_limited: 'too_many',
}

/** A network's no as a Problem, in the network's own sentence, with the time it named. */
export function fromNetwork(error: NetworkError, now: Date): Problem {
  const { message, field, retryAt } = error
  const wait = retryAt && Math.max(1, Math.ceil((retryAt.getTime() - now.getTime()) / 1000))
  return new Problem(kinds[error.kind] ?? 'refused_upstream', message, {
    cause: error,
    ...(field ? { errors: [{ pointer: `/input/${field}`, detail: message }] } : {}),
    ...(wait ? { retryAfter: wait } : {}),
  })
}
