/**
 * The publishing ledger as people use it: schedule, move, cancel, publish now, retry, decide. Every function runs inside the caller's unit
 * of work with the workspace in scope.
 */
import type { DeliveryState } from '#contract/posts/delivery.ts'
import { happened } from '#contract/posts/happened.ts'
import { Problem, fieldProblem } from '#contract/platform/problems.ts'
import { Op } from 'sequelize'
import { Temporal } from 'temporal-polyfill'
import type { Context } from '../platform/context.ts'
import { rows } from '../platform/db.ts'
import { begin, lockPostRow, move } from './move.ts'
import { Channel } from '../channels/models/channel.ts'
import { Delivery } from './models/delivery.ts'
import type { Post } from '../posts/models/post.ts'
import { Workspace } from '../workspaces/models/workspace.ts'
import { markDirty } from '../platform/outbox-flags.ts'

export type Clock = Pick<Context, 'now'>
export interface By {
  /** The person; null: an API key or PostAura itself. */
  by: string | null
}

/** States in which something is, or may be, on the network. */
const begun: string[] = [
  'publishing',
  'published',
  'unconfirmed',
  'taken_down',
] satisfies DeliveryState[]
const sentences: Record<string, string> = {
  publishing: 'is being sent to',
  published: 'is already on',
  unconfirmed: 'may already be on',
  taken_down: 'was already on',
}

/** Locks the post and throws `already_sending`, naming the channel, once something is or may be on a network. */
export async function refuseOnceSending(postId: string): Promise<void> {
  await lockPostRow(postId)
  const sending = await Delivery.findOne({ where: { postId, state: begun } })
  if (!sending) return
  const channel = await Channel.findByPk(sending.channelId, { attributes: ['name'] })
  throw new Problem(
    'already_sending',
    `The post ${sentences[sending.state]} ${channel?.name ?? 'a channel'}, so it can no longer be changed.`,
  )
}

/**
 * Schedules an approved post on its channels at its `publishAt`, or moves it there when it was scheduled before.
 * Throws `not_approved`, `already_sending`, `invalid` (no time, no channel) or `conflict` (a channel that is off).
 */
export async function schedule(ctx: Clock, post: Post, { by }: By): Promise<Delivery[]> {
  await refuseOnceSending(post.id)
  if (post.state !== 'approved' || post.approvedVersion !== post.contentVersion)
    throw new Problem('not_approved', 'This version of the post is not approved yet.')
  const { publishAt } = post
  if (!publishAt) throw fieldProblem('/when', 'Choose a date and a time.')
  const channels = await openChannels(post)
  const at = ctx.now()
  await post.update({ generation: post.generation + 1 })
  const before = await Delivery.findAll({ where: { postId: post.id } })
  const plan = {
    at,
    by,
    publishAt,
    generation: post.generation,
    latenessMinutes: post.latenessMinutes,
  }
  for (const channel of channels)
    await place(
      post,
      channel,
      before.find((d) => d.channelId === channel.id),
      plan,
    )
  const left = before.filter(
    (d) => d.state === 'scheduled' && !post.channelIds.includes(d.channelId),
  )
  for (const delivery of left) await cancelOne(delivery, { at, by, reason: 'superseded' })
  const deliveries = await Delivery.findAll({ where: { postId: post.id, state: 'scheduled' } })
  await ring(post, deliveries)
  return deliveries
}

async function openChannels(post: Post): Promise<Channel[]> {
  const channels = await Channel.findAll({ where: { id: post.channelIds } })
  if (channels.length === 0) throw fieldProblem('/channelIds', 'Choose at least one channel.')
  const off = channels.find((c) => c.state === 'off')
  if (off)
    throw new Problem(
      'conflict',
      `${off.name} is switched off. Switch it on, or choose another channel.`,
    )
  return channels
}

interface Plan {
  at: Date
  by: string | null
  publishAt: Date
  generation: number
  latenessMinutes: number
}

/** Creates the delivery of one channel, or opens the one that is there again. */
async function place(post: Post, channel: Channel, delivery: Delivery | undefined, plan: Plan) {
  const { at, by, publishAt, generation, latenessMinutes } = plan
  const what = happened(delivery?.state === 'scheduled' ? 'moved' : 'scheduled', {
    at: publishAt.toISOString(),
    timeZone: post.timeZone ?? 'UTC',
  })
  if (delivery) {
    const set = {
      generation,
      publishAt,
      latenessMinutes,
      nextTryAt: null,
      armedAt: null,
      told: false,
    }
    await move(delivery, { to: 'scheduled', at, by, what, set })
    return
  }
  const { workspaceId, id: postId } = post
  const { id: channelId, network } = channel
  const planned = { workspaceId, postId, channelId, network, generation, publishAt }
  await begin({ ...planned, latenessMinutes }, { what, at, by })
}

/** A post none of whose deliveries was ever armed rings as a whole; anything later runs by itself. */
async function ring(
  post: { id: string; workspaceId: string },
  deliveries: Delivery[],
): Promise<void> {
  const tried = await Delivery.count({ where: { postId: post.id, attempt: { [Op.gt]: 0 } } })
  if (tried === 0) return markDirty('post', post.id, post.workspaceId)
  for (const delivery of deliveries) await markDirty('delivery', delivery.id, post.workspaceId)
}

/** Moves a scheduled post to its new `publishAt`; a post that is not scheduled stays as it is. */
export async function reschedule(ctx: Clock, post: Post, { by }: By): Promise<Delivery[]> {
  const scheduled = await Delivery.count({ where: { postId: post.id, state: 'scheduled' } })
  return scheduled === 0 ? [] : schedule(ctx, post, { by })
}

/** Cancels what is scheduled. Throws `already_sending` when something is or may be out. Returns how many were cancelled. */
export async function cancel(
  ctx: Clock,
  post: Pick<Post, 'id' | 'workspaceId'>,
  { by, reason = 'cancelled_by_person' }: By & { reason?: 'cancelled_by_person' | 'superseded' },
): Promise<number> {
  await refuseOnceSending(post.id)
  const deliveries = await Delivery.findAll({ where: { postId: post.id, state: 'scheduled' } })
  for (const delivery of deliveries) await cancelOne(delivery, { at: ctx.now(), by, reason })
  if (deliveries.length > 0) await ring(post, deliveries)
  return deliveries.length
}

async function cancelOne(
  delivery: Delivery,
  { at, by, reason }: { at: Date; by: string | null; reason: 'cancelled_by_person' | 'superseded' },
) {
  const what = happened(reason === 'superseded' ? 'cancelled_changed' : 'cancelled')
  await move(delivery, { to: 'cancelled', at, by, reason, what, set: { nextTryAt: null } })
}

/** Publishes an approved post now. Throws as `schedule` does, and `held` while the workspace holds everything. */
export const publishNow = (ctx: Clock, post: Post, by: By): Promise<Delivery[]> =>
  publishAt(ctx, post, ctx.now(), by)

/** Publishes an approved post at an instant that PostAura chose. Throws as `publishNow` does. */
export async function publishAt(ctx: Clock, post: Post, at: Date, { by }: By): Promise<Delivery[]> {
  await refuseWhenHeld()
  const workspace = await Workspace.findOne({
    attributes: ['timeZone'],
    where: { id: post.workspaceId },
  })
  const timeZone = post.timeZone ?? workspace?.timeZone ?? 'UTC'
  await post.update({ publishAt: at, timeZone, wallTime: wallTimeOf(at, timeZone) })
  return schedule(ctx, post, { by })
}

/** Throws `held` while the workspace holds everything. */
export async function refuseWhenHeld(): Promise<void> {
  const held = await rows<{ hold_reason: string | null }>(
    'select hold_reason from workspaces where id = app_workspace() and hold_since is not null',
  )
  if (held[0])
    throw new Problem(
      'held',
      `Publishing is on hold: ${held[0].hold_reason ?? 'no reason was given'}`,
    )
}

/** Wakes what waited for a hold or a paused channel, after it was resumed; call it in the unit of work that resumes. */
export async function wakeWaiting({
  workspaceId,
  channelId,
}: {
  workspaceId: string
  channelId?: string
}): Promise<number> {
  const waiting = await rows<{ id: string }>(
    `select id from deliveries where workspace_id = $1 and state = 'scheduled' and reason in ('held', 'channel_paused')
     and ($2::uuid is null or channel_id = $2)`,
    [workspaceId, channelId ?? null],
  )
  for (const { id } of waiting) await markDirty('delivery', id, workspaceId)
  return waiting.length
}

const wallTimeOf = (at: Date, timeZone: string): string =>
  Temporal.Instant.fromEpochMilliseconds(at.getTime())
    .toZonedDateTimeISO(timeZone)
    .toPlainDateTime()
    .toString({ smallestUnit: 'minute' })
