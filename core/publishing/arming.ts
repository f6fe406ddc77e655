/**
 * The publishing ledger before the call: `arm` commits what is about to be sent, so that whatever happens afterwards, it is known what
 * might be out. What comes after the call is in `settling.ts`.
 */
import { Transaction } from 'sequelize'
import { happened } from '#contract/posts/happened.ts'
import type { Frozen } from '../../networks/network.ts'
import type { Context } from '../platform/context.ts'
import { rows } from '../platform/db.ts'
import { writeAttempts, type Arming, type Going } from './attempts.ts'
import { lockPostRow, move, moveEach, type Change } from './move.ts'
import { Attempt } from './models/attempt.ts'
import { Delivery } from './models/delivery.ts'
import { obstacle, type Obstacle } from './obstacles.ts'
import { tellTrouble, type Trouble } from './notices.ts'
import { sentBefore } from './sent-before.ts'
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

/** Locks deliveries behind their posts, each in the order of their ids, and reads them. */
export async function lockAll(ids: string[]): Promise<Delivery[]> {
  await rows(
    'select id from posts where id in (select post_id from deliveries where id = any($1)) order by id for no key update',
    [ids],
  )
  return Delivery.findAll({
    where: { id: ids },
    order: ['postId', 'id'],
    lock: Transaction.LOCK.NO_KEY_UPDATE,
  })
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

export type Armed =
  | { armed: true; frozen: Frozen; armedAt: Date }
  | { armed: false; next: Next }
  /** The content is another than the one that was prepared. */
  | { armed: false; changed: true }

/**
 * Commits that these attempts of one workspace are about to be sent, in one unit of work: fence, state, hold, channel, lateness and content
 * version are read and the attempts are written under the same locks, each for itself. Whoever comes second finds `superseded`; whoever did
 * not hear the answer may ask again with the same claim.
 */
export async function arm(ctx: Needs, armings: Arming[]): Promise<Armed[]> {
  const ids = armings.map(({ deliveryId }) => deliveryId)
  return ctx.db.tx({ workspace: armings[0]!.workspaceId }, async () => {
    const found = new Map((await rows<ArmRow>(armQuery, [ids])).map((row) => [row.id, row]))
    const at = ctx.now()
    const going: Going[] = []
    const answers = new Map<Arming, Armed>()
    for (const arming of armings) {
      const row = found.get(arming.deliveryId)
      const stop = await stopsAt(ctx, arming, row, at)
      if (stop) answers.set(arming, stop)
      else going.push(goingOf(arming, row!, at))
    }
    await writeAttempts(going)
    await moveArmed(ctx, going)
    for (const { arming, frozen, at: armedAt } of going)
      answers.set(arming, { armed: true, frozen, armedAt })
    return armings.map((arming) => answers.get(arming)!)
  })
}

function goingOf(arming: Arming, row: ArmRow, at: Date): Going {
  const sendAt = arming.sendAt && arming.sendAt > at ? arming.sendAt : at
  const { content } = arming
  const frozen = 'compose' in content ? content.compose(sendAt) : content.frozen
  return { arming, delivery: deliveryOf(row), frozen, at, sendAt }
}

/** What stands in the way of one of them, or null. */
async function stopsAt(
  ctx: Needs,
  arming: Arming,
  row: ArmRow | undefined,
  at: Date,
): Promise<Armed | null> {
  if (!row) return { armed: false, next: done('gone') }
  const delivery = deliveryOf(row)
  const blocked = obstacle(delivery, arming, standingBy(row), at)
  if (blocked?.kind === 'superseded') {
    const mine = await armedAlready(arming)
    if (mine) return mine
  }
  if (blocked) return { armed: false, next: await stopAt(ctx, delivery, blocked, at) }
  if (row.content_version !== arming.contentVersion) return { armed: false, changed: true }
  const turn = await turnFor(delivery, at)
  if (turn > at) return { armed: false, next: await waitForTurn(delivery, turn, at) }
  return null
}

/** The same claim stands there already: its answer was lost, and nothing was sent yet. */
async function armedAlready({ deliveryId, attempt, claim }: Arming): Promise<Armed | null> {
  const found = await Attempt.findOne({ where: { deliveryId, number: attempt, claim } })
  if (!found) return null
  const contents = await sentBefore(deliveryId)
  const { frozen } = contents.find((content) => content.number === found.outgoing)!
  return { armed: true, frozen, armedAt: found.armedAt }
}

const moveArmed = (ctx: Needs, going: Going[]): Promise<void> =>
  moveEach(
    going.map(({ arming: { attempt, budgetMs }, delivery, at, sendAt }) => {
      const settlesAt = new Date(sendAt.getTime() + budgetMs + ctx.config.publishing.settleMs)
      const what = happened('begun', { attempt })
      const set = { attempt, armedAt: at, settlesAt, nextTryAt: null }
      return { from: delivery, change: { to: 'publishing', at, what, set } }
    }),
  )

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

/** One round trip; locks the posts, then the deliveries, each in the order of their ids. */
const armQuery = `
  with post as materialized (
    select id, content_version, not erasing and state = 'approved' and approved_version = content_version as approved from posts
    where id in (select post_id from deliveries where id = any($1)) order by id for no key update)
  select d.id, d.workspace_id, d.post_id, d.channel_id, d.state, d.reason, d.generation, d.attempt, d.publish_at, d.lateness_minutes,
    post.content_version, post.approved, w.hold_since is not null as held, c.state as channel_state, c.name as channel_name
  from post join deliveries d on d.post_id = post.id join channels c on c.id = d.channel_id join workspaces w on w.id = d.workspace_id
  where d.id = any($1) order by d.post_id, d.id for no key update of d`

const standingBy = (row: ArmRow) => ({
  contentVersion: row.content_version,
  approved: row.approved,
  held: row.held,
  channel: row.channel_state,
  channelName: row.channel_name,
})

const deliveryOf = (row: ArmRow): Delivery =>
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
  const [found] = await rows<ArmRow>(armQuery, [[ref.deliveryId]])
  if (!found) return null
  const delivery = deliveryOf(found)
  const fence = { generation: delivery.generation, attempt: delivery.attempt + 1 }
  const at = ctx.now()
  const blocked = obstacle(delivery, fence, standingBy(found), at)
  return blocked && stopAt(ctx, delivery, blocked, at)
}
