/**
 * What erasing posts takes: what is scheduled is stopped, what is being sent is waited for, what is published is taken down where chosen, then
 * the rows go, and the outbox erases every workflow history. `erasing.ts` says in which order, and goes on after a crash.
 */
import { literal, Op } from 'sequelize'
import { happened } from '#contract/posts/happened.ts'
import { Problem } from '#contract/platform/problems.ts'
import type { Context } from '../platform/context.ts'
import { rows, run } from '../platform/db.ts'
import { eraseLater } from '../platform/executions.ts'
import { pause } from '../platform/pause.ts'
import { Channel } from '../channels/models/channel.ts'
import { Post } from '../posts/models/post.ts'
import { askAbout } from './asking.ts'
import type { Eraser } from './erasing.ts'
import { Delivery } from './models/delivery.ts'
import type { Left } from './models/erasure.ts'
import { lockPostRow, move } from './move.ts'
import { sentBefore } from './sent-before.ts'
import { partsOf, removeThere } from './take-down.ts'

export type Needs = Pick<Context, 'config' | 'log' | 'db' | 'vault' | 'networks' | 'http' | 'now'>

/** Longest time that a request waits for what is just being sent. */
const patienceMs = 15_000

/** A post by itself. */
export const postEraser: Eraser = {
  isThere: async (workspaceId, id) => (await Post.count({ where: { id, workspaceId } })) > 0,
  stop: async (_ctx, id) => ((await Post.count({ where: { id } })) ? [id] : []),
  // Its rows are those of a post, which go first.
  erase: () => Promise.resolve(),
}

export interface Cleared {
  workspaceId: string
  postIds: string[]
  takeDown: string[]
}

/** Waits for what is being sent, takes down what was chosen, and says what stays. `touch` is called before each step that may take long. */
export async function clearPosts(
  ctx: Needs,
  { workspaceId, postIds, takeDown }: Cleared,
  touch: () => Promise<unknown>,
): Promise<Left[]> {
  await settled(ctx, workspaceId, postIds)
  const left: Left[] = []
  for (const [delivery, channel] of await ctx.db.tx({ workspace: workspaceId }, () =>
    outThere(postIds),
  )) {
    await touch()
    const why = await clear(ctx, delivery, channel, takeDown.includes(channel.id))
    if (why) left.push({ postId: delivery.postId, channel: channel.name, why })
  }
  return left
}

/** Nothing of it is armed or scheduled after this. */
export async function stopPost(
  ctx: Pick<Needs, 'now'>,
  postId: string,
  by: string | null,
): Promise<void> {
  await lockPostRow(postId)
  await Post.update({ erasing: true }, { where: { id: postId } })
  const waiting = await Delivery.findAll({ where: { postId, state: 'scheduled' } })
  for (const delivery of waiting)
    await move(delivery, {
      to: 'cancelled',
      at: ctx.now(),
      by,
      reason: 'cancelled_by_person',
      what: happened('cancelled_deleted'),
    })
}

/** Waits until nothing of it is being sent any more; the worker settles what it sends. */
async function settled(ctx: Needs, workspaceId: string, postIds: string[]): Promise<void> {
  const until = performance.now() + patienceMs
  while (postIds.length && performance.now() < until) {
    const sending = await ctx.db.tx({ workspace: workspaceId }, () =>
      Delivery.count({ where: { postId: postIds, state: 'publishing' } }),
    )
    if (sending === 0) return
    await pause(250)
  }
}

/** Everything that is, or may be, on a network. */
async function outThere(postIds: string[]): Promise<[Delivery, Channel][]> {
  const deliveries = await Delivery.findAll({
    where: {
      postId: postIds,
      [Op.or]: [
        { state: ['published', 'publishing', 'unconfirmed'] },
        { id: { [Op.in]: literal('(select delivery_id from standing where removed_at is null)') } },
      ],
    },
    order: [['id', 'ASC']],
  })
  const channels = await Channel.findAll({ where: { id: deliveries.map((d) => d.channelId) } })
  const byId = new Map(channels.map((channel) => [channel.id, channel]))
  return deliveries.map((delivery) => [delivery, byId.get(delivery.channelId)!])
}

/** Takes one post down where that was chosen; the sentence says why it stays otherwise. */
async function clear(
  ctx: Needs,
  delivery: Delivery,
  channel: Channel,
  chosen: boolean,
): Promise<string | null> {
  const known = await whatStands(ctx, delivery, channel)
  if (known === 'absent') return null
  if (known === 'unknown')
    return 'Nobody knows whether it is there. Look for it there, and take it down by hand.'
  const address = known[0]?.permalink || delivery.permalink || channel.url
  if (!chosen) return `It stays published, as you chose: ${address}`
  try {
    await removeThere(ctx, channel, delivery.id, known)
    return null
  } catch (error) {
    if (!(error instanceof Problem)) throw error
    return `${error.message} ${address}`.trim()
  }
}

async function whatStands(ctx: Needs, delivery: Delivery, channel: Channel) {
  if (delivery.state === 'publishing' || delivery.state === 'unconfirmed')
    return lookFor(ctx, delivery, channel)
  return ctx.db.tx({ workspace: delivery.workspaceId }, () => partsOf(delivery))
}

async function lookFor(ctx: Needs, delivery: Delivery, channel: Channel) {
  const scope = { workspace: delivery.workspaceId }
  const before = await ctx.db.tx(scope, () => sentBefore(delivery.id))
  const found = await askAbout(ctx, channel, delivery.id, before)
  if (found?.state === 'found') return found.published.parts ?? [found.published]
  // Whatever is still being sent may arrive after the network was asked.
  return found?.state === 'absent' && delivery.state !== 'publishing' ? 'absent' : 'unknown'
}

/** The rows, and the marks on their histories. Flags go first: who dispatches one just now is waited for. In a unit of work. */
export async function erasePosts(
  workspaceId: string,
  postIds: string[],
  deletionId: string,
): Promise<void> {
  const deliveries = await rows<{ id: string }>(
    'select id from deliveries where post_id = any($1::uuid[])',
    [postIds],
  )
  const subjects = [...postIds, ...deliveries.map(({ id }) => id)]
  await run('delete from outbox where subject = any($1::text[])', [subjects])
  await eraseLater(workspaceId, deletionId, { postIds })
  await Post.destroy({ where: { id: { [Op.in]: postIds } } })
}
