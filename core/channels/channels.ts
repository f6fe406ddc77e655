/** What a person may do to a channel: pause, resume, check, disconnect. */
import { Problem } from '#contract/platform/problems.ts'
import { manifestOf } from '../../networks/manifests.ts'
import { NetworkError, type Call } from '../../networks/network.ts'
import { callFor, channelAccess } from './access.ts'
import { channelOff, channelResumed, isChannelNamed } from './listeners.ts'
import type { Context } from '../platform/context.ts'
import type { Scope } from '../platform/db.ts'
import { Channel } from './models/channel.ts'

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
  await channelResumed.call({ workspaceId: channel.workspaceId, channelId: id })
}

/** What a check is for: somebody has to connect the account again. */
const ending: NetworkError['kind'][] = ['access_revoked', 'other_account', 'not_permitted']

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
    if (!ending.includes(error.kind)) throw fromNetwork(error, ctx.now())
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

/** The network no longer lets us publish there: somebody has to connect it again. A paused channel stays paused. In a unit of work. */
export async function accessEnded(id: string): Promise<void> {
  await Channel.update({ state: 'reconnect' }, { where: { id, state: 'active' } })
}

/** Takes a channel's secrets away, giving the access back to the network where it can be. Its history stays as long as it has one. */
export async function disconnectChannel(ctx: Context, scope: Scope, id: string): Promise<void> {
  const channel = await ctx.db.tx(scope, () => Channel.findByPk(id))
  if (!channel) throw new Problem('not_found', 'This channel is gone.')
  if (manifestOf(channel.network)?.own)
    throw new Problem(
      'conflict',
      'The public page is switched off in the settings of the workspace.',
    )
  const call = channelCall(ctx, channel)
  await ctx.db.tx(scope, async () => {
    await lockChannel(id)
    await channelOff.call(ctx, id, { by: scope.person ?? null })
    await Channel.update(
      { state: 'off', sealedSecrets: null, scopes: [], pausedReason: null, expiresAt: null },
      { where: { id } },
    )
    const named = await isChannelNamed.call(id)
    if (!named.some(Boolean)) await Channel.destroy({ where: { id } })
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
