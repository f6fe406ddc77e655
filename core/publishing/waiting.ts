/** What becomes of deliveries that wait when something larger changes: their channel goes, or a hold ends after their time. */
import type { Reason } from '#contract/posts/delivery.ts'
import { happened, type Happening } from '#contract/posts/happened.ts'
import { Problem } from '#contract/platform/problems.ts'
import { rows, run } from '../platform/db.ts'
import { publishAt, schedule, type By, type Clock } from './ledger.ts'
import { lockPostRow, move } from './move.ts'
import { Delivery } from './models/delivery.ts'
import type { Upcoming } from '../channels/listeners.ts'
import { Post } from '../posts/models/post.ts'
import { markDirty } from '../platform/outbox-flags.ts'
import { takeFreeSlot } from './slots.ts'
import { spacingMs } from './turns.ts'
import { resolveWhen } from '../platform/time.ts'

/** Cancels everything that is scheduled on a channel, in the current unit of work. Returns how many. */
export async function cancelOnChannel(ctx: Clock, channelId: string, { by }: By): Promise<number> {
  const waiting = await Delivery.findAll({
    where: { channelId, state: 'scheduled' },
    order: [['postId', 'ASC']],
  })
  for (const delivery of waiting) {
    const what = happened('cancelled_disconnected')
    await stop(ctx, delivery, { by, reason: 'channel_gone', what })
  }
  return waiting.length
}

async function stop(
  ctx: Clock,
  delivery: Delivery,
  { by, reason, what }: By & { reason: Reason; what: Happening },
): Promise<void> {
  const { state } = delivery
  await lockPostRow(delivery.postId)
  await delivery.reload()
  if (delivery.state !== state) return
  await move(delivery, {
    to: 'cancelled',
    at: ctx.now(),
    by,
    reason,
    what,
    set: { nextTryAt: null },
  })
  // The post's alarm and the delivery's own one each read what still stands.
  await markDirty('post', delivery.postId, delivery.workspaceId)
  await markDirty('delivery', delivery.id, delivery.workspaceId)
}

/** Whether a channel has deliveries, so that its row has to stay. */
export const hasDeliveries = async (channelId: string): Promise<boolean> =>
  (await Delivery.count({ where: { channelId } })) > 0

/** What goes out next on a channel. */
export async function nextScheduled(channelId: string): Promise<Upcoming | null> {
  const [next] = await rows<Upcoming>(
    `select p.title, d.publish_at as "publishAt", p.time_zone as "timeZone" from deliveries d join posts p on p.id = d.post_id
     where d.channel_id = $1 and d.state = 'scheduled' order by d.publish_at limit 1`,
    [channelId],
  )
  return next ?? null
}

export interface Held {
  workspaceId: string
  since: Date
}

/** What a hold has made late: due by now and not sent, those included that became too late meanwhile. */
const overdue = `workspace_id = $1 and publish_at <= $2 and (state = 'scheduled' or (state = 'missed' and publish_at >= $3))`
const overdueBind = ({ workspaceId, since }: Held, now: Date) => [workspaceId, now, since]

export async function countOverdue(ctx: Clock, held: Held): Promise<number> {
  const [count] = await rows<{ n: number }>(
    `select count(distinct post_id)::int as n from deliveries where ${overdue}`,
    overdueBind(held, ctx.now()),
  )
  return count!.n
}

/** Ids of the posts that a plan for what is overdue would be applied to, in the order of their times. */
export async function overdueIds(ctx: Clock, held: Held, limit: number): Promise<string[]> {
  const found = await rows<{ post_id: string }>(
    `select post_id from deliveries where ${overdue} group by post_id order by min(publish_at), post_id limit $4`,
    [...overdueBind(held, ctx.now()), limit],
  )
  return found.map((row) => row.post_id)
}

export type OverduePlan = 'send_now' | 'next_slots' | 'cancel'

/**
 * Applies a plan to every post that is overdue. The hold must be gone already. A post that can no longer be sent (its channel went, its approval was withdrawn) stays as it is. Returns how many were settled.
 */
export async function settleOverdue(
  ctx: Clock,
  held: Held,
  plan: OverduePlan,
  { by }: By,
): Promise<number> {
  const late = await rows<{ post_id: string; whole: boolean }>(
    `select post_id, not exists (select 1 from deliveries o where o.post_id = d.post_id
       and o.state in ('publishing', 'published', 'unconfirmed', 'taken_down')) as whole
     from deliveries d where ${overdue} group by post_id order by min(publish_at), post_id`,
    overdueBind(held, ctx.now()),
  )
  let settled = 0
  const next = new Map<string, number>()
  for (const { post_id, whole } of late) {
    const post = await Post.findByPk(post_id, { rejectOnEmpty: true })
    const at = turnOf(post, next, ctx.now())
    const settle = (whole ? wholePost : partOfPost)[plan]
    if (!(await inSavepoint(() => settle(ctx, post, { by, held, at })))) continue
    settled += 1
    for (const channelId of post.channelIds) next.set(channelId, at.getTime() + spacingMs)
  }
  return settled
}

/** Posts of one channel follow each other in their order, apart. */
function turnOf(post: Post, next: Map<string, number>, now: Date): Date {
  const turns = post.channelIds.map((channelId) => next.get(channelId) ?? 0)
  return new Date(Math.max(now.getTime(), ...turns))
}

/** What one post wrote before it was refused is undone, and the others are settled all the same. False: it was refused. */
async function inSavepoint(work: () => Promise<unknown>): Promise<boolean> {
  await run('savepoint one_post')
  try {
    await work()
    await run('release savepoint one_post')
    return true
  } catch (error) {
    if (!(error instanceof Problem)) throw error
    await run('rollback to savepoint one_post')
    return false
  }
}

interface Settling extends By {
  held: Held
  /** When it goes out if it is sent. */
  at: Date
}

type Settle = (ctx: Clock, post: Post, settling: Settling) => Promise<unknown>

const wholePost: Record<OverduePlan, Settle> = {
  send_now: (ctx, post, { by, at }) => publishAt(ctx, post, at, { by }),
  cancel: cancelOverdue,
  async next_slots(ctx, post, { by }) {
    const { publishAt, wallTime, timeZone } = await freeSlot(ctx, post)
    await post.update({ publishAt, wallTime, timeZone })
    await schedule(ctx, post, { by })
  },
}

/** One channel of the post is out already, so the post's own time stays and only what waits moves. */
const partOfPost: Record<OverduePlan, Settle> = {
  send_now: (ctx, post, { by, at }) => moveWaiting(ctx, post, at, by),
  next_slots: async (ctx, post, { by }) =>
    moveWaiting(ctx, post, (await freeSlot(ctx, post)).publishAt, by),
  cancel: cancelOverdue,
}

/** What became too late under the hold goes with it: who decides that it is not sent need not be asked again. */
async function cancelOverdue(ctx: Clock, post: Post, { by, held }: Settling) {
  await lockPostRow(post.id)
  const late = await rows<{ id: string }>(
    `select id from deliveries where ${overdue} and post_id = $4 order by id`,
    [...overdueBind(held, ctx.now()), post.id],
  )
  const what = happened('cancelled')
  for (const delivery of await Delivery.findAll({ where: { id: late.map(({ id }) => id) } }))
    await stop(ctx, delivery, { by, reason: 'cancelled_by_person', what })
}

const freeSlot = async (ctx: Clock, post: Post) =>
  resolveWhen(await takeFreeSlot(post.workspaceId, ctx.now(), post.id))

const waitingOf = (post: Post): Promise<Delivery[]> =>
  Delivery.findAll({ where: { postId: post.id, state: ['scheduled', 'missed'] } })

async function moveWaiting(ctx: Clock, post: Post, publishAt: Date, by: string | null) {
  await lockPostRow(post.id)
  for (const delivery of await waitingOf(post)) {
    const what = happened('resumed')
    const set = { publishAt, nextTryAt: null, armedAt: null, told: false }
    await move(delivery, { to: 'scheduled', at: ctx.now(), by, what, set })
    await markDirty('delivery', delivery.id, delivery.workspaceId)
  }
}
