/**
 * Channels whose access ends: renewed where that needs nobody, told to people where somebody has to connect again. So no post fails for a
 * reason that was known days before.
 */
import { NetworkError } from '../networks/network.ts'
import { callFor, channelAccess } from './channel-access.ts'
import type { Context } from './context.ts'
import { rows } from './db.ts'
import { queueMail } from './mail.ts'
import { Channel } from './models/channel.ts'
import { momentIn } from './time.ts'

type Needs = Pick<Context, 'config' | 'db' | 'vault' | 'now' | 'http' | 'networks' | 'log'>

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
    await ctx.db.tx({ workspace: workspace_id }, () => tell(ctx, id, until))
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
    await ctx.db.tx(scope, () =>
      Channel.update({ state: 'reconnect' }, { where: { id, state: 'active' } }),
    )
  }
}

interface Next {
  title: string
  publish_at: Date
  time_zone: string
}

/** One mail a person for each access that ends, and one for each that has ended. In a unit of work of the workspace. */
async function tell(ctx: Needs, id: string, until: Date): Promise<void> {
  const channel = await Channel.findByPk(id)
  if (!channel) return
  const over = channel.state === 'reconnect'
  if (!over && !(channel.expiresAt && channel.expiresAt < until)) return
  const people = await rows<{ person_id: string; time_zone: string }>(
    `select m.person_id, w.time_zone from memberships m join workspaces w on w.id = m.workspace_id
     where m.workspace_id = $1 and m.role in ('owner', 'editor')`,
    [channel.workspaceId],
  )
  const [next] = await rows<Next>(
    `select p.title, d.publish_at, p.time_zone from deliveries d join posts p on p.id = d.post_id
     where d.channel_id = $1 and d.state = 'scheduled' order by d.publish_at limit 1`,
    [id],
  )
  // A channel that was connected again may end again: that is another mail.
  const since = (over ? channel.connectedAt : channel.expiresAt!).toISOString()
  for (const { person_id, time_zone } of people)
    await queueMail(
      {
        ...{ personId: person_id, workspaceId: channel.workspaceId, class: 'service' },
        subject: over
          ? `${channel.name} is no longer connected`
          : `${channel.name} has to be connected again by ${momentIn(channel.expiresAt!, time_zone)}`,
        body: bodyOf(ctx, channel, over, next),
        dedupe: `channel:${id}:${over ? 'over' : 'ends'}:${since}`,
      },
      ctx.now(),
    )
}

function bodyOf(ctx: Needs, channel: Channel, over: boolean, next: Next | undefined): string {
  const post =
    next &&
    `${next.title || 'A post without a title'}, ${momentIn(next.publish_at, next.time_zone)}`
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
