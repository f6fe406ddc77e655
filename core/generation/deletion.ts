/**
 * Deletes a post, a run or a campaign for good: what is scheduled is stopped, what is being sent is waited for, what is published is taken
 * down where chosen, then the rows go, and the outbox erases every workflow history. Says what is left, where and why.
 */
import { Op } from 'sequelize'
import { Problem } from '#contract/problems.ts'
import { askAbout } from './asking.ts'
import type { Context } from './context.ts'
import { rows, run } from './db.ts'
import { lockPost, move } from './ledger-move.ts'
import { Attempt } from './models/attempt.ts'
import { Campaign } from './models/campaign.ts'
import { Channel } from './models/channel.ts'
import { Delivery } from './models/delivery.ts'
import { Post } from './models/post.ts'
import { Run } from './models/run.ts'
import { markDirty } from './outbox-flags.ts'
import { pause } from './pause.ts'
import { removeThere } from './take-down.ts'
import { uuidv7 } from './uuid.ts'

type Needs = Pick<Context, 'config' | 'log' | 'db' | 'vault' | 'networks' | 'http' | 'now'>

export interface DeleteWork {
  workspaceId: string
  /** The narrowest of the three that is given is deleted. */
  campaignId?: string
  runId?: string
  postId?: string
  /** Channels on which published posts are taken down. */
  takeDown: string[]
  by: string | null
  /** What the caller asks of the work before it is stopped, in the same unit of work; throws. */
  first?(): Promise<void>
}

export interface Left {
  postId: string
  channel: string
  why: string
}

/** Longest time that a request waits for what is just being sent. */
const patienceMs = 15_000

/** Opens its own units of work. Throws `not_found`. */
export async function deleteWork(
  ctx: Needs,
  work: DeleteWork,
): Promise<{ deletionId: string; left: Left[] }> {
  const scope = { workspace: work.workspaceId }
  const postIds = await ctx.db.tx(scope, () => stopEverything(ctx, work))
  await settled(ctx, work.workspaceId, postIds)
  const left: Left[] = []
  for (const [delivery, channel] of await ctx.db.tx(scope, () => outThere(postIds))) {
    const why = await clear(ctx, delivery, channel, work.takeDown.includes(channel.id))
    if (why) left.push({ postId: delivery.postId, channel: channel.name, why })
  }
  const deletionId = uuidv7(ctx.now().getTime())
  await ctx.db.tx(scope, () => deleteRows(work, postIds, deletionId))
  return { deletionId, left }
}

const which = ({ postId, runId, campaignId }: DeleteWork) =>
  postId ? { id: postId } : runId ? { runId } : { campaignId }

/** Nothing new is written or armed after this; returns the posts it is about. */
async function stopEverything(ctx: Needs, work: DeleteWork): Promise<string[]> {
  const { workspaceId, campaignId, runId, postId, by } = work
  const known = postId
    ? await Post.count({ where: { id: postId, workspaceId } })
    : runId
      ? await Run.count({ where: { id: runId, workspaceId } })
      : await Campaign.count({ where: { id: campaignId ?? null, workspaceId } as never })
  if (!known) throw new Problem('not_found', 'This is gone already.')
  await work.first?.()
  const at = ctx.now()
  if (!postId) {
    if (!runId) await Campaign.update({ deleting: true }, { where: { id: campaignId } })
    await Run.update(
      { state: 'cancelled', finishedAt: at },
      { where: { ...(runId ? { id: runId } : { campaignId }), state: ['planning', 'writing'] } },
    )
  }
  const posts = await Post.findAll({
    where: which(work),
    attributes: ['id'],
    order: [['id', 'ASC']],
  })
  for (const { id } of posts) {
    await lockPost(id)
    const waiting = await Delivery.findAll({ where: { postId: id, state: 'scheduled' } })
    for (const delivery of waiting)
      await move(delivery, {
        ...{ to: 'cancelled', at, by, reason: 'cancelled_by_person' },
        text: 'Cancelled, because the post was deleted.',
      })
  }
  return posts.map(({ id }) => id)
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
    where: { postId: postIds, state: ['published', 'publishing', 'unconfirmed'] },
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
  const known = delivery.state === 'published' ? delivery : await lookFor(ctx, delivery, channel)
  if (known === 'absent') return null
  if (known === 'unknown')
    return 'Nobody knows whether it is there. Look for it there, and take it down by hand.'
  if (!chosen) return `It stays published, as you chose: ${known.permalink ?? channel.url}`
  try {
    await removeThere(ctx, channel, known)
    return null
  } catch (error) {
    if (!(error instanceof Problem)) throw error
    return `${error.message} ${known.permalink ?? ''}`.trim()
  }
}

async function lookFor(ctx: Needs, delivery: Delivery, channel: Channel) {
  const attempt = await ctx.db.tx({ workspace: delivery.workspaceId }, () =>
    Attempt.findOne({ where: { deliveryId: delivery.id, number: delivery.attempt } }),
  )
  const found = attempt && (await askAbout(ctx, channel, attempt))
  if (found?.state === 'found') return { id: delivery.id, ...found.published }
  // Whatever is still being sent may arrive after the network was asked.
  return found?.state === 'absent' && delivery.state !== 'publishing' ? 'absent' : 'unknown'
}

async function deleteRows(work: DeleteWork, postIds: string[], deletionId: string): Promise<void> {
  const { workspaceId, campaignId, runId, postId } = work
  const runs =
    postId !== undefined
      ? []
      : await Run.findAll({ where: runId ? { id: runId } : { campaignId }, attributes: ['id'] })
  const runIds = runs.map(({ id }) => id)
  const whole = postId || runId ? null : (campaignId ?? null)
  await erase({ workspaceId, postIds, runIds, campaignId: whole, deletionId })
}

interface Erasure {
  workspaceId: string
  postIds: string[]
  runIds: string[]
  /** Set when the campaign itself goes. */
  campaignId: string | null
  deletionId: string
}

/** The rows, and the marks on their histories. Flags go first: who dispatches one just now is waited for. In a unit of work. */
export async function erase(work: Erasure): Promise<void> {
  const { workspaceId, postIds, runIds, campaignId, deletionId } = work
  const deliveries = await rows<{ id: string }>(
    'select id from deliveries where post_id = any($1::uuid[])',
    [postIds],
  )
  const subjects = [...postIds, ...runIds, ...deliveries.map(({ id }) => id)]
  await run('delete from outbox where subject = any($1::text[])', [subjects])
  await run(
    `update workflow_runs set erase = true where workspace_id = $1 and (post_id = any($2::uuid[]) or campaign_run_id = any($3::uuid[])
       or ($4::uuid is not null and campaign_id = $4))`,
    [workspaceId, postIds, runIds, campaignId],
  )
  await Post.destroy({ where: { id: { [Op.in]: postIds } } })
  if (runIds.length) await Run.destroy({ where: { id: { [Op.in]: runIds } } })
  if (campaignId) await Campaign.destroy({ where: { id: campaignId } })
  await markDirty('erase', deletionId, workspaceId)
}
