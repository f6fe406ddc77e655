/** What becomes of deliveries that wait when something larger changes: their channel goes, or a hold ends after their time. */
import type { Reason } from '#contract/deliveries.ts'
import { Problem } from '#contract/problems.ts'
import { rows } from './db.ts'
import { cancel, publishNow, schedule, type By, type Clock } from './ledger.ts'
import { lockPost, move } from './ledger-move.ts'
import { Delivery } from './models/delivery.ts'
import { Post } from './models/post.ts'
import { markDirty } from './outbox-flags.ts'
import { nextFreeSlot } from './slots.ts'
import { resolveWhen } from './time.ts'

/** Cancels everything that is scheduled on a channel, in the current unit of work. Returns how many. */
export async function cancelOnChannel(ctx: Clock, channelId: string, { by }: By): Promise<number> {
  const waiting = await Delivery.findAll({
    where: { channelId, state: 'scheduled' },
    order: [['postId', 'ASC']],
  })
  for (const delivery of waiting) {
    const text = 'Cancelled, because the channel was disconnected.'
    await stop(ctx, delivery, { by, reason: 'channel_gone', text })
  }
  return waiting.length
}

async function stop(
  ctx: Clock,
  delivery: Delivery,
  { by, reason, text }: By & { reason: Reason; text: string },
): Promise<void> {
  await lockPost(delivery.postId)
  await delivery.reload()
  if (delivery.state !== 'scheduled') return
  await move(delivery, {
    to: 'cancelled',
    at: ctx.now(),
    by,
    reason,
    text,
    set: { nextTryAt: null },
  })
  // The post's alarm and the delivery's own one each read what still stands.
  await markDirty('post', delivery.postId, delivery.workspaceId)
  await markDirty('delivery', delivery.id, delivery.workspaceId)
}

export type OverduePlan = 'send_now' | 'next_slots' | 'cancel'

/**
 * Applies a plan to every post whose time passed while publishing was held, those included that became too late meanwhile. The hold must be
 * gone already. A post that can no longer be sent (its channel went, its approval was withdrawn) stays as it is. Returns how many were settled.
 */
export async function settleOverdue(
  ctx: Clock,
  held: { workspaceId: string; since: Date },
  plan: OverduePlan,
  { by }: By,
): Promise<number> {
  const overdue = await rows<{ post_id: string; whole: boolean }>(
    `select post_id, not exists (select 1 from deliveries o where o.post_id = d.post_id
       and o.state in ('publishing', 'published', 'unconfirmed', 'taken_down')) as whole
     from deliveries d where workspace_id = $1 and publish_at <= $2
       and (state = 'scheduled' or (state = 'missed' and publish_at >= $3))
     group by post_id order by min(publish_at), post_id`,
    [held.workspaceId, ctx.now(), held.since],
  )
  let settled = 0
  for (const { post_id, whole } of overdue) {
    const post = await Post.findByPk(post_id, { rejectOnEmpty: true })
    settled += await counted(() => (whole ? wholePost : partOfPost)[plan](ctx, post, by))
  }
  return settled
}

async function counted(settle: () => Promise<unknown>): Promise<number> {
  try {
    await settle()
    return 1
  } catch (error) {
    if (error instanceof Problem) return 0
    throw error
  }
}

type Settle = (ctx: Clock, post: Post, by: string | null) => Promise<unknown>

const wholePost: Record<OverduePlan, Settle> = {
  send_now: (ctx, post, by) => publishNow(ctx, post, { by }),
  cancel: (ctx, post, by) => cancel(ctx, post, { by }),
  async next_slots(ctx, post, by) {
    const { publishAt, wallTime, timeZone } = await freeSlot(ctx, post)
    await post.update({ publishAt, wallTime, timeZone })
    await schedule(ctx, post, { by })
  },
}

/** One channel of the post is out already, so the post's own time stays and only what waits moves. */
const partOfPost: Record<OverduePlan, Settle> = {
  send_now: (ctx, post, by) => moveWaiting(ctx, post, ctx.now(), by),
  next_slots: async (ctx, post, by) =>
    moveWaiting(ctx, post, (await freeSlot(ctx, post)).publishAt, by),
  async cancel(ctx, post, by) {
    const text = 'Cancelled before anything was sent.'
    for (const delivery of await waitingOf(post))
      await stop(ctx, delivery, { by, reason: 'cancelled_by_person', text })
  },
}

const freeSlot = async (ctx: Clock, post: Post) =>
  resolveWhen(await nextFreeSlot(post.workspaceId, ctx.now(), post.id))

const waitingOf = (post: Post): Promise<Delivery[]> =>
  Delivery.findAll({ where: { postId: post.id, state: ['scheduled', 'missed'] } })

async function moveWaiting(ctx: Clock, post: Post, publishAt: Date, by: string | null) {
  await lockPost(post.id)
  for (const delivery of await waitingOf(post)) {
    const text = 'Given another time after publishing was resumed.'
    const set = { publishAt, nextTryAt: null, armedAt: null, told: false }
    await move(delivery, { to: 'scheduled', at: ctx.now(), by, text, set })
    await markDirty('delivery', delivery.id, delivery.workspaceId)
  }
}
