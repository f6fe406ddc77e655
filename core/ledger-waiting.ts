/** What becomes of deliveries that wait when something larger changes: their channel goes, or a hold ends after their time. */
import type { Reason } from '#contract/deliveries.ts'
import { rows } from './db.ts'
import { cancel, publishNow, reschedule, type By, type Clock } from './ledger.ts'
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

/** Applies a plan to every post whose time passed while publishing was held; the hold must be gone already. Returns how many posts. */
export async function settleOverdue(
  ctx: Clock,
  workspaceId: string,
  plan: OverduePlan,
  { by }: By,
): Promise<number> {
  const overdue = await rows<{ post_id: string; whole: boolean }>(
    `select post_id, not exists (select 1 from deliveries o where o.post_id = d.post_id and o.state not in ('scheduled', 'cancelled', 'failed', 'missed')) as whole
     from deliveries d where workspace_id = $1 and state = 'scheduled' and publish_at <= $2
     group by post_id order by min(publish_at), post_id`,
    [workspaceId, ctx.now()],
  )
  for (const { post_id, whole } of overdue) {
    if (whole) await wholePost[plan](ctx, await Post.findByPk(post_id, { rejectOnEmpty: true }), by)
    else await partOfPost(ctx, post_id, plan, by)
  }
  return overdue.length
}

type Settle = (ctx: Clock, post: Post, by: string | null) => Promise<unknown>

const wholePost: Record<OverduePlan, Settle> = {
  send_now: (ctx, post, by) => publishNow(ctx, post, { by }),
  cancel: (ctx, post, by) => cancel(ctx, post, { by }),
  async next_slots(ctx, post, by) {
    const { publishAt, wallTime, timeZone } = await freeSlot(ctx, post)
    await post.update({ publishAt, wallTime, timeZone })
    await reschedule(ctx, post, { by })
  },
}

const freeSlot = async (ctx: Clock, post: Post) =>
  resolveWhen(await nextFreeSlot(post.workspaceId, ctx.now(), post.id))

/** One channel of the post is out already, so the post's own time stays and only what waits moves. */
async function partOfPost(ctx: Clock, postId: string, plan: OverduePlan, by: string | null) {
  const post = await Post.findByPk(postId, { rejectOnEmpty: true })
  const waiting = await Delivery.findAll({ where: { postId, state: 'scheduled' } })
  if (plan === 'cancel') {
    for (const delivery of waiting)
      await stop(ctx, delivery, {
        ...{ by, reason: 'cancelled_by_person' },
        text: 'Cancelled before anything was sent.',
      })
    return
  }
  const at = ctx.now()
  const publishAt = plan === 'send_now' ? at : (await freeSlot(ctx, post)).publishAt
  await lockPost(postId)
  for (const delivery of waiting) {
    const text = 'Given another time after publishing was resumed.'
    await move(delivery, { to: 'scheduled', at, by, text, set: { publishAt, nextTryAt: null } })
    await markDirty('delivery', delivery.id, delivery.workspaceId)
  }
}
