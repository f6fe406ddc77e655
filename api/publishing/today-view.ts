/** What needs a person today, what goes out next, what just went out. In a unit of work. */
import type { z } from 'zod'
import type { Today } from '#contract/publishing/today.ts'
import { warnAheadMs } from '../../core/channels/care.ts'
import type { Context } from '../../core/platform/context.ts'
import { rows } from '../../core/platform/db.ts'
import { deliveriesOut } from '../posts/delivery-view.ts'
import { Delivery } from '../../core/publishing/models/delivery.ts'
import { Post } from '../../core/posts/models/post.ts'
import { Workspace } from '../../core/workspaces/models/workspace.ts'
import { overdueIds } from '../../core/publishing/waiting.ts'
import { tileColumns, tileOut, type TileRow } from '../posts/view.ts'
import { resources, visiblePosts } from '../resources.ts'
import { findWorkspace } from '../../core/workspaces/workspaces.ts'
import { ownNetwork } from '../../networks/manifests.ts'
import { holdOf } from '../workspaces/view.ts'

type Out = z.input<typeof Today>

const shownAtMost = 10
const troubleStates = ['unconfirmed', 'failed', 'missed']
/** What a person decided to leave needs nobody any more. */
const trouble = `workspace_id = $1 and state = any($2::text[]) and reason is distinct from 'left_by_person' and ${resources.delivery.visible('deliveries')}`

export async function today(ctx: Context, workspaceId: string, mayApprove: boolean): Promise<Out> {
  const now = ctx.now()
  const workspace = await Workspace.findByPk(workspaceId, { rejectOnEmpty: true })
  return {
    ...(await approvals(workspaceId, mayApprove)),
    ...(await troubles(ctx, workspaceId)),
    expiring: await expiring(workspaceId, now),
    next: await nextOut(workspaceId, now),
    justOut: await justOut(ctx, workspaceId),
    steps: await steps(workspace),
    hold: await holdOf(ctx, workspace),
    overdueCount: workspace.holdSince ? 0 : await overdueCount(workspaceId, now),
  }
}

/** What is later than this is no longer on its way. */
const overdueMs = 60_000

async function overdueCount(workspaceId: string, now: Date): Promise<number> {
  const [count] = await rows<{ n: number }>(
    `select count(distinct d.post_id)::int as n from deliveries d join channels c on c.id = d.channel_id
     where d.workspace_id = $1 and d.state = 'scheduled' and c.state <> 'paused'
       and coalesce(d.next_try_at, d.publish_at) < $2 and ${resources.delivery.visible('d')}`,
    [workspaceId, new Date(now.getTime() - overdueMs)],
  )
  return count!.n
}

const overdueAtMost = 50

/** The posts that wait for a plan when publishing is resumed; none while nothing is held. */
export async function overdueTiles(ctx: Context, workspaceId: string): Promise<Out['next']> {
  const { holdSince } = await findWorkspace(workspaceId)
  if (!holdSince) return []
  const ids = await overdueIds(ctx, { workspaceId, since: holdSince }, overdueAtMost)
  const found = await rows<TileRow>(
    `select ${tileColumns} from posts where workspace_id = $1 and id = any($2::uuid[]) and ${visiblePosts('posts')} order by publish_at, id`,
    [workspaceId, ids],
  )
  return found.map(tileOut)
}

async function approvals(workspaceId: string, mayApprove: boolean) {
  if (!mayApprove) return { approvals: [], approvalsCount: 0 }
  const waiting = await rows<TileRow>(
    `select ${tileColumns} from posts where workspace_id = $1 and shown = 'in_review' and ${visiblePosts('posts')} order by publish_at nulls last, id limit ${shownAtMost}`,
    [workspaceId],
  )
  const [count] = await rows<{ n: number }>(
    `select count(*)::int as n from posts where workspace_id = $1 and shown = 'in_review' and ${visiblePosts('posts')}`,
    [workspaceId],
  )
  return { approvals: waiting.map(tileOut), approvalsCount: count!.n }
}

async function troubles(ctx: Context, workspaceId: string) {
  const bind = [workspaceId, troubleStates]
  const ids = await rows<{ id: string }>(
    `select id from deliveries where ${trouble} order by id desc limit ${shownAtMost}`,
    bind,
  )
  const [count] = await rows<{ n: number }>(
    `select count(*)::int as n from deliveries where ${trouble}`,
    bind,
  )
  const found = await titled(
    ctx,
    await Delivery.findAll({ where: { id: ids.map((r) => r.id) }, order: [['id', 'DESC']] }),
  )
  return { trouble: found, troubleCount: count!.n }
}

async function justOut(ctx: Context, workspaceId: string): Promise<Out['justOut']> {
  const found = await Delivery.findAll({
    where: { workspaceId, state: 'published' },
    // By its last move, which has an index; what was moved last was published last, or nearly.
    order: [['updatedAt', 'DESC']],
    limit: shownAtMost,
  })
  const newest = found.sort((a, b) => Number(b.publishedAt ?? 0) - Number(a.publishedAt ?? 0))
  return titled(ctx, newest)
}

/** Deliveries with the words their post is known by. */
async function titled(ctx: Context, deliveries: Delivery[]): Promise<Out['trouble']> {
  const posts = await Post.findAll({
    where: { id: deliveries.map((d) => d.postId) },
    attributes: ['id', 'title'],
  })
  const out = await deliveriesOut(ctx, deliveries)
  return out.map((delivery) => ({
    delivery,
    title: posts.find((p) => p.id === delivery.postId)?.title ?? '',
  }))
}

async function nextOut(workspaceId: string, now: Date): Promise<Out['next']> {
  const found = await rows<TileRow>(
    `select ${tileColumns} from posts where workspace_id = $1 and ${visiblePosts('posts')} and shown in ('scheduled', 'publishing') and publish_at >= $2
     order by publish_at, id limit ${shownAtMost}`,
    [workspaceId, new Date(now.getTime() - 60 * 60_000)],
  )
  return found.map(tileOut)
}

interface ExpiringRow {
  id: string
  name: string
  network: string
  expires_at: Date | null
  state: string
  next: Date | null
}

async function expiring(workspaceId: string, now: Date): Promise<Out['expiring']> {
  const until = new Date(now.getTime() + warnAheadMs)
  const found = await rows<ExpiringRow>(
    `select c.id, c.name, c.network, c.expires_at, c.state,
       (select min(d.publish_at) from deliveries d where d.channel_id = c.id and d.state = 'scheduled') as next
     from channels c where c.workspace_id = $1 and (c.state = 'reconnect' or (c.state <> 'off' and c.expires_at < $2))
     order by c.state = 'reconnect' desc, c.expires_at nulls last, c.id`,
    [workspaceId, until],
  )
  return found.map((c) => ({
    channelId: c.id,
    name: c.name,
    network: c.network,
    expiresAt: c.expires_at?.toISOString() ?? null,
    state: c.state,
    nextPublishAt: c.next?.toISOString() ?? null,
  }))
}

/** The newcomer's steps, each true once it was done. */
async function steps(workspace: Workspace): Promise<Out['steps']> {
  const [done] = await rows<{ channel: boolean; post: boolean }>(
    `select exists (select 1 from channels where workspace_id = $1 and network <> $2 and state <> 'off') as channel,
       exists (select 1 from posts where workspace_id = $1) as post`,
    [workspace.id, ownNetwork().name],
  )
  return { page: workspace.pageOn, channel: done!.channel, post: done!.post }
}
