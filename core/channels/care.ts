/**
 * Channels whose access ends: renewed where that needs nobody, told to people where somebody has to connect again. So no post fails for a
 * reason that was known days before.
 */
import { momentIn } from '#contract/platform/sentences.ts'
import { NetworkError } from '../../networks/network.ts'
import { callFor, channelAccess } from './access.ts'
import { accessEnded } from './channels.ts'
import type { Context } from '../platform/context.ts'
import { rows } from '../platform/db.ts'
import { Channel } from './models/channel.ts'
import { tell } from '../workspaces/tell.ts'
import { findWorkspace } from '../workspaces/workspaces.ts'
import { nextOnChannel, type Upcoming } from './listeners.ts'

type Needs = Pick<
  Context,
  'config' | 'db' | 'vault' | 'now' | 'http' | 'networks' | 'log' | 'policy'
>

/** Warned about this long ahead, so that somebody who is away for a week still sees it. */
export const warnAheadMs = 10 * 86_400_000
const batch = 200

/** Looks after every channel that has ended or ends soon; returns how many. Safe to run as often as one likes. */
export async function careForChannels(ctx: Needs): Promise<number> {
  const until = new Date(ctx.now().getTime() + warnAheadMs)
  const found = await ctx.db.tx({ role: 'jobs' }, () =>
    rows<{ id: string; workspace_id: string }>(
      `select id, workspace_id from channels
       where state = 'reconnect' or (state in ('active', 'paused') and expires_at < $1) order by id limit ${batch}`,
      [until],
    ),
  )
  for (const { id, workspace_id } of found) {
    await renew(ctx, workspace_id, id).catch((err: unknown) =>
      ctx.log.warn({ err, channelId: id }, 'a channel could not be renewed yet'),
    )
    await ctx.db.tx({ workspace: workspace_id }, () => tellOf(ctx, id, until))
  }
  return found.length
}

/** Asks the network for a longer access, as sending would. A refusal for good is the channel's new state. */
async function renew(ctx: Needs, workspaceId: string, id: string): Promise<void> {
  const scope = { workspace: workspaceId }
  const channel = await ctx.db.tx(scope, () => Channel.findByPk(id))
  const refresh = channel && ctx.networks[channel.network]?.refresh
  if (!refresh || channel.state === 'reconnect' || channel.state === 'off') return
  try {
    await refresh(callFor(ctx, workspaceId, channelAccess(ctx, channel)))
  } catch (error) {
    if (!(error instanceof NetworkError) || error.kind !== 'access_revoked') throw error
    await ctx.db.tx(scope, () => accessEnded(id))
  }
}

/** One mail a person for each access that ends, and one for each that has ended. In a unit of work of the workspace. */
async function tellOf(ctx: Needs, id: string, until: Date): Promise<void> {
  const channel = await Channel.findByPk(id)
  if (!channel) return
  const over = channel.state === 'reconnect'
  if (!over && !(channel.expiresAt && channel.expiresAt < until)) return
  // A channel that was connected again may end again: that is another mail.
  const since = (over ? channel.connectedAt : channel.expiresAt!).toISOString()
  const { timeZone } = await findWorkspace(channel.workspaceId)
  const [next = null] = await nextOnChannel.call(id)
  await tell(ctx, {
    workspaceId: channel.workspaceId,
    may: ['post', 'schedule'],
    subject: over
      ? `${channel.name} is no longer connected`
      : `${channel.name} has to be connected again by ${momentIn(channel.expiresAt!, timeZone)}`,
    body: bodyOf(ctx, channel, over, next),
    dedupe: `channel:${id}:${over ? 'over' : 'ends'}:${since}`,
  })
}

function bodyOf(ctx: Needs, channel: Channel, over: boolean, next: Upcoming | null): string {
  const post =
    next && `${next.title || 'A post without a title'}, ${momentIn(next.publishAt, next.timeZone)}`
  return [
    `Channel: ${channel.name} (${channel.handle})`,
    `Next post: ${post ?? 'none is scheduled'}`,
    '',
    over
      ? 'The network no longer lets us publish there. Posts fail when their time comes, until the account is connected again.'
      : 'The network lets us publish there until then. After it, posts fail until the account is connected again.',
    '',
    'Connect it again:',
    `${ctx.config.publicUrl}/w/${channel.workspaceId}/channels`,
  ].join('\n')
}
