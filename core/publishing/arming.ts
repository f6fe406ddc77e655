/**
 * The publishing ledger before the call: `arm` commits what is about to be sent, so that whatever happens afterwards, it is known what
 * might be out. What comes after the call is in `ledger-settling.ts`.
 */
import { createHash } from 'node:crypto'
import type { Reason } from '#contract/posts/delivery.ts'
import type { Frozen } from '../../networks/network.ts'
import type { Context } from '../platform/context.ts'
import { rows, run } from '../platform/db.ts'
import { lockPost, move, type Change } from './move.ts'
import { Delivery } from './models/delivery.ts'
import { tellTrouble, type Trouble } from './notices.ts'

export type Needs = Pick<Context, 'config' | 'db' | 'now' | 'log' | 'policy'>

/** One delivery as arming and settling address it. */
export interface Ref {
  workspaceId: string
  deliveryId: string
}

/** What the caller has to do next; instants are all it carries. */
export type Next =
  /** Nothing is left to do: published, failed, cancelled, waiting for a person or for a hold to end. */
  | { outcome: 'done'; state: string }
  /** Certainly not sent: arm again, at `at`. */
  | { outcome: 'again'; at: string }
  /** Sent without an answer: ask the network, at `at`. */
  | { outcome: 'ask'; at: string }

export const done = (state: string): Next => ({ outcome: 'done', state })
export const minute = 60_000

/** Moves and tells in one: the states that people must hear of have their mail in the same unit of work. */
export async function moveAndTell(
  ctx: Needs,
  delivery: Delivery,
  change: Change,
): Promise<boolean> {
  if (!(await move(delivery, change))) return false
  if (change.to === 'failed' || change.to === 'missed' || change.to === 'unconfirmed')
    await tellTrouble(ctx, delivery, change.to as Trouble, change.detail ?? change.text)
  return true
}

/** Locks a delivery behind its post and reads it. */
export async function locked(ref: Ref): Promise<Delivery | null> {
  const [found] = await rows<{ post_id: string }>('select post_id from deliveries where id = $1', [
    ref.deliveryId,
  ])
  if (!found) return null
  await lockPost(found.post_id)
  return Delivery.findByPk(ref.deliveryId)
}

export interface Fence extends Ref {
  /** The plan this alarm was set for; a delivery that was rescheduled since is not its business. */
  generation: number
  /** The attempt that would be made. */
  attempt: number
}

interface Standing {
  contentVersion: number
  approved: boolean
  held: boolean
  channel: string
  channelName: string
}

/** Why a delivery cannot be armed now, or null when it can. `late` and `waiting` are decided by the ledger's own clock. */
export type Obstacle =
  | { kind: 'superseded' }
  | { kind: 'not_approved' }
  | { kind: 'late' }
  | { kind: 'waiting'; reason: 'held' | 'channel_paused' }
  | { kind: 'refused'; reason: Reason; detail: string }

/** Pure: what stands in the way of sending, in the order in which it counts. */
export function obstacle(
  delivery: Pick<Delivery, 'state' | 'generation' | 'attempt' | 'publishAt' | 'latenessMinutes'>,
  fence: Pick<Fence, 'generation' | 'attempt'>,
  standing: Standing,
  now: Date,
): Obstacle | null {
  if (
    delivery.state !== 'scheduled' ||
    delivery.generation !== fence.generation ||
    delivery.attempt + 1 !== fence.attempt
  )
    return { kind: 'superseded' }
  if (!standing.approved) return { kind: 'not_approved' }
  if (now.getTime() > delivery.publishAt.getTime() + delivery.latenessMinutes * minute)
    return { kind: 'late' }
  if (standing.held) return { kind: 'waiting', reason: 'held' }
  if (standing.channel === 'paused') return { kind: 'waiting', reason: 'channel_paused' }
  if (standing.channel === 'reconnect')
    return {
      kind: 'refused',
      reason: 'access_revoked',
      detail: `${standing.channelName} no longer gives us access. Connect it again, then try again.`,
    }
  if (standing.channel !== 'active')
    return {
      kind: 'refused',
      reason: 'channel_gone',
      detail: `${standing.channelName} is switched off, so nothing was sent.`,
    }
  return null
}

export type Armed =
  | { armed: true; frozen: Frozen; armedAt: Date; publishAt: Date }
  | { armed: false; next: Next }
  /** The content is another than the one that was prepared. */
  | { armed: false; changed: true }

export interface Arming extends Fence {
  token: string
  /** The content that was prepared; arming reads again and compares. */
  contentVersion: number
  /** Time the call may take, from arming or, when armed ahead, from `sendAt`. */
  budgetMs: number
  /** The instant of the call when it comes later than arming. */
  sendAt?: Date
  /** Pure: payload and handle at the instant of the call. */
  compose(at: Date): Frozen
}

/**
 * Commits that this attempt is about to be sent: fence, state, hold, channel, lateness and content version are read and the attempt is
 * written under the same locks. Whoever comes second finds `superseded`.
 */
export async function arm(ctx: Needs, arming: Arming): Promise<Armed> {
  return ctx.db.tx({ workspace: arming.workspaceId }, async () => {
    const [found] = await rows<ArmRow>(armQuery, [arming.deliveryId])
    if (!found) return { armed: false, next: done('gone') }
    const at = ctx.now()
    const delivery = standingOf(found)
    const standing = {
      contentVersion: found.content_version,
      approved: found.approved,
      held: found.held,
      channel: found.channel_state,
      channelName: found.channel_name,
    }
    const hindered = obstacle(delivery, arming, standing, at)
    if (hindered) return { armed: false, next: await hinder(ctx, delivery, hindered, at) }
    if (found.content_version !== arming.contentVersion) return { armed: false, changed: true }
    const sendAt = arming.sendAt && arming.sendAt > at ? arming.sendAt : at
    const frozen = arming.compose(sendAt)
    await writeAttempt(arming, frozen, at)
    const settlesAt = new Date(sendAt.getTime() + arming.budgetMs + ctx.config.publishing.settleMs)
    await move(delivery, {
      ...{ to: 'publishing', at },
      text: arming.attempt === 1 ? 'Sending began.' : `Sending began, attempt ${arming.attempt}.`,
      set: { attempt: arming.attempt, armedAt: at, settlesAt, nextTryAt: null },
    })
    return { armed: true, frozen, armedAt: at, publishAt: delivery.publishAt }
  })
}

interface ArmRow {
  id: string
  workspace_id: string
  post_id: string
  channel_id: string
  state: string
  reason: string | null
  generation: number
  attempt: number
  publish_at: Date
  lateness_minutes: number
  content_version: number
  approved: boolean
  held: boolean
  channel_state: string
  channel_name: string
}

/** One round trip; locks the post, then the delivery. */
const armQuery = `
  with post as materialized (
    select id, content_version, state = 'approved' and approved_version = content_version as approved from posts
    where id = (select post_id from deliveries where id = $1) for no key update)
  select d.id, d.workspace_id, d.post_id, d.channel_id, d.state, d.reason, d.generation, d.attempt, d.publish_at, d.lateness_minutes,
    post.content_version, post.approved, w.hold_since is not null as held, c.state as channel_state, c.name as channel_name
  from post join deliveries d on d.post_id = post.id join channels c on c.id = d.channel_id join workspaces w on w.id = d.workspace_id
  where d.id = $1 for no key update of d`

const standingOf = (row: ArmRow): Delivery =>
  ({
    ...{
      id: row.id,
      workspaceId: row.workspace_id,
      postId: row.post_id,
      channelId: row.channel_id,
    },
    ...{ state: row.state, reason: row.reason, generation: row.generation, attempt: row.attempt },
    ...{ publishAt: new Date(row.publish_at), latenessMinutes: row.lateness_minutes },
  }) as Delivery

async function writeAttempt(arming: Arming, frozen: Frozen, at: Date): Promise<void> {
  const payload = JSON.stringify(frozen.payload)
  await run(
    `insert into attempts (delivery_id, number, workspace_id, token, payload, payload_hash, handle, content_version, armed_at)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
    [
      ...[arming.deliveryId, arming.attempt, arming.workspaceId, arming.token, payload],
      createHash('sha256').update(payload).digest('hex'),
      ...[JSON.stringify(frozen.handle), arming.contentVersion, at],
    ],
  )
}

async function hinder(ctx: Needs, delivery: Delivery, why: Obstacle, at: Date): Promise<Next> {
  switch (why.kind) {
    case 'superseded':
      return done(delivery.state)
    case 'not_approved':
      await move(delivery, {
        ...{ to: 'cancelled', at, reason: 'superseded' },
        text: 'Cancelled, because this version of the post is not approved.',
      })
      return done('cancelled')
    case 'late':
      return miss(ctx, delivery, at)
    case 'waiting':
      return wait(delivery, why.reason, at)
    case 'refused':
      await moveAndTell(ctx, delivery, {
        ...{ to: 'failed', at, reason: why.reason, detail: why.detail, text: why.detail },
      })
      return done('failed')
  }
}

const waitSentences = {
  held: 'Waiting, because publishing is on hold in this workspace.',
  channel_paused: 'Waiting, because the channel is paused.',
}

async function wait(
  delivery: Delivery,
  reason: 'held' | 'channel_paused',
  at: Date,
): Promise<Next> {
  const text = waitSentences[reason]
  if (delivery.reason !== reason)
    await move(delivery, { to: 'scheduled', at, reason, detail: text, text })
  return done('waiting')
}

export async function miss(ctx: Needs, delivery: Delivery, at: Date): Promise<Next> {
  const text = `Not sent within ${delivery.latenessMinutes} minutes after its time, so it was not sent at all.`
  await moveAndTell(ctx, delivery, {
    ...{ to: 'missed', at, reason: 'late', detail: text, text, set: { nextTryAt: null } },
  })
  return done('missed')
}

/** Marks a scheduled delivery as missed when its allowance is over, or notes why it waits; used by the sweeper. */
export async function sweepScheduled(ctx: Needs, ref: Ref): Promise<Next | null> {
  const [found] = await rows<ArmRow>(armQuery, [ref.deliveryId])
  if (!found) return null
  const delivery = standingOf(found)
  const standing = {
    contentVersion: found.content_version,
    approved: found.approved,
    held: found.held,
    channel: found.channel_state,
    channelName: found.channel_name,
  }
  const fence = { generation: delivery.generation, attempt: delivery.attempt + 1 }
  const at = ctx.now()
  const hindered = obstacle(delivery, fence, standing, at)
  return hindered && hinder(ctx, delivery, hindered, at)
}
