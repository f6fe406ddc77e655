/**
 * The publishing ledger before the call: `arm` commits what is about to be sent, so that whatever happens afterwards, it is known what
 * might be out. What comes after the call is in `ledger-settling.ts`.
 */
import { createHash } from 'node:crypto'
import { happened } from '#contract/posts/happened.ts'
import type { Frozen } from '../../networks/network.ts'
import type { Context } from '../platform/context.ts'
import { rows, run } from '../platform/db.ts'
import { lockPostRow, move, type Change } from './move.ts'
import { Delivery } from './models/delivery.ts'
import { obstacle, type Obstacle } from './obstacles.ts'
import { tellTrouble, type Trouble } from './notices.ts'
import type { SentBefore } from './sent-before.ts'
import { turnFor } from './turns.ts'

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
export async function moveAndTell(ctx: Needs, delivery: Delivery, change: Change): Promise<void> {
  await move(delivery, change)
  if (change.to === 'failed' || change.to === 'missed' || change.to === 'unconfirmed')
    await tellTrouble(ctx, delivery, change.to as Trouble, change.detail ?? change.what)
}

/** Locks a delivery behind its post and reads it. */
export async function locked(ref: Ref): Promise<Delivery | null> {
  const [found] = await rows<{ post_id: string }>('select post_id from deliveries where id = $1', [
    ref.deliveryId,
  ])
  if (!found) return null
  await lockPostRow(found.post_id)
  return Delivery.findByPk(ref.deliveryId)
}

export interface Fence extends Ref {
  /** The plan this alarm was set for; a delivery that was rescheduled since is not its business. */
  generation: number
  /** The attempt that would be made. */
  attempt: number
}

export type Armed =
  | { armed: true; frozen: Frozen; armedAt: Date; publishAt: Date }
  | { armed: false; next: Next }
  /** The content is another than the one that was prepared. */
  | { armed: false; changed: true }

export interface Arming extends Fence {
  /** Of this arming alone. */
  claim: string
  /** The content that was prepared; arming reads again and compares. */
  contentVersion: number
  /** Time the call may take, from arming or, when armed ahead, from `sendAt`. */
  budgetMs: number
  /** The instant of the call when it comes later than arming. */
  sendAt?: Date
  /** What was armed before and is sent again as it was, or how it is made at the instant of the call (pure) under a new token. */
  content: SentBefore | NewContent
}

export interface NewContent {
  token: string
  contentHash: string
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
    const blocked = obstacle(delivery, arming, standing, at)
    if (blocked) return { armed: false, next: await stopAt(ctx, delivery, blocked, at) }
    if (found.content_version !== arming.contentVersion) return { armed: false, changed: true }
    const turn = await turnFor(delivery, at)
    if (turn > at) return { armed: false, next: await waitForTurn(delivery, turn, at) }
    const sendAt = arming.sendAt && arming.sendAt > at ? arming.sendAt : at
    const frozen = await writeAttempt(arming, at, sendAt)
    const settlesAt = new Date(sendAt.getTime() + arming.budgetMs + ctx.config.publishing.settleMs)
    await move(delivery, {
      to: 'publishing',
      at,
      what: happened('begun', { attempt: arming.attempt }),
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
    select id, content_version, not erasing and state = 'approved' and approved_version = content_version as approved from posts
    where id = (select post_id from deliveries where id = $1) for no key update)
  select d.id, d.workspace_id, d.post_id, d.channel_id, d.state, d.reason, d.generation, d.attempt, d.publish_at, d.lateness_minutes,
    post.content_version, post.approved, w.hold_since is not null as held, c.state as channel_state, c.name as channel_name
  from post join deliveries d on d.post_id = post.id join channels c on c.id = d.channel_id join workspaces w on w.id = d.workspace_id
  where d.id = $1 for no key update of d`

const standingOf = (row: ArmRow): Delivery =>
  ({
    id: row.id,
    workspaceId: row.workspace_id,
    postId: row.post_id,
    channelId: row.channel_id,
    state: row.state,
    reason: row.reason,
    generation: row.generation,
    attempt: row.attempt,
    publishAt: new Date(row.publish_at),
    latenessMinutes: row.lateness_minutes,
  }) as Delivery

/** Writes the attempt, and what it sends when that was never armed before; returns what is to be sent. */
async function writeAttempt(arming: Arming, at: Date, sendAt: Date): Promise<Frozen> {
  const { deliveryId, attempt, workspaceId, claim, content, contentVersion } = arming
  const tried = [deliveryId, attempt, workspaceId, claim, at]
  if (!('compose' in content)) {
    await run(
      `insert into attempts (delivery_id, number, workspace_id, claim, armed_at, outgoing) values ($1, $2, $3, $4, $5, $6)`,
      [...tried, content.number],
    )
    return content.frozen
  }
  const frozen = content.compose(sendAt)
  const payload = JSON.stringify(frozen.payload)
  await run(
    `with sent as (
       insert into outgoing (delivery_id, number, workspace_id, content_version, content_hash, token, payload, payload_hash, handle, armed_at)
       select $1, coalesce(max(number), 0) + 1, $3, $6, $7, $8, $9, $10, $11, $5 from outgoing where delivery_id = $1 returning number)
     insert into attempts (delivery_id, number, workspace_id, claim, armed_at, outgoing) select $1, $2, $3, $4, $5, number from sent`,
    [
      ...[...tried, contentVersion, content.contentHash, content.token, payload],
      ...[createHash('sha256').update(payload).digest('hex'), JSON.stringify(frozen.handle)],
    ],
  )
  return frozen
}

async function stopAt(ctx: Needs, delivery: Delivery, why: Obstacle, at: Date): Promise<Next> {
  switch (why.kind) {
    case 'superseded':
      return done(delivery.state)
    case 'not_approved':
      await move(delivery, {
        to: 'cancelled',
        at,
        reason: 'superseded',
        what: happened('cancelled_unapproved'),
      })
      return done('cancelled')
    case 'late':
      return miss(ctx, delivery, at)
    case 'waiting':
      return wait(delivery, why.reason, at)
    case 'refused':
      await moveAndTell(ctx, delivery, {
        to: 'failed',
        at,
        reason: why.reason,
        detail: why.what,
        what: why.what,
      })
      return done('failed')
  }
}

async function wait(
  delivery: Delivery,
  reason: 'held' | 'channel_paused',
  at: Date,
): Promise<Next> {
  const what = happened(reason)
  if (delivery.reason !== reason)
    await move(delivery, { to: 'scheduled', at, reason, detail: what, what })
  return done('waiting')
}

/** Others of its channel that are overdue, too, go out before it. */
async function waitForTurn(delivery: Delivery, turn: Date, at: Date): Promise<Next> {
  const { reason, detail } = delivery
  await move(delivery, {
    to: 'scheduled',
    at,
    what: happened('turn'),
    reason,
    detail,
    set: { nextTryAt: turn },
  } as Change)
  return { outcome: 'again', at: turn.toISOString() }
}

export async function miss(ctx: Needs, delivery: Delivery, at: Date): Promise<Next> {
  const what = happened('missed', { minutes: delivery.latenessMinutes })
  await moveAndTell(ctx, delivery, {
    to: 'missed',
    at,
    reason: 'late',
    detail: what,
    what,
    set: { nextTryAt: null },
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
  const blocked = obstacle(delivery, fence, standing, at)
  return blocked && stopAt(ctx, delivery, blocked, at)
}
