/**
 * The publishing ledger after the call: what is known is written, and what is not known is never taken for a no. Only a certain no leads
 * back to `scheduled`.
 */
import type { Found, NetworkError, Published } from '../../networks/network.ts'
import { accessEnded } from '../channels/channels.ts'
import { run } from '../platform/db.ts'
import {
  done,
  locked,
  minute,
  miss,
  moveAndTell,
  type Needs,
  type Next,
  type Ref,
} from './arming.ts'
import { askLater, move, type Change } from './move.ts'
import type { Delivery } from './models/delivery.ts'
import { Move } from './models/move.ts'

export type Answer =
  | { kind: 'published'; published: Published; at: Date }
  | { kind: 'refused'; error: NetworkError }
  | { kind: 'ambiguous'; detail: string }
  /** The attempt was given up before anything was sent. */
  | { kind: 'unsent' }

/** Writes what the one call answered. Does nothing when this attempt was settled by somebody else. */
export async function settle(
  ctx: Needs,
  ref: Ref & { attempt: number },
  answer: Answer,
): Promise<Next> {
  return ctx.db.tx({ workspace: ref.workspaceId }, async () => {
    const delivery = await locked(ref)
    if (!delivery) return done('gone')
    if (delivery.state !== 'publishing' || delivery.attempt !== ref.attempt)
      return done(delivery.state)
    switch (answer.kind) {
      case 'published':
        return settlePublished(ctx, delivery, answer.published, answer.at, 'published')
      case 'refused':
        return settleRefused(ctx, delivery, answer.error)
      case 'ambiguous':
        return settleAmbiguous(ctx, delivery, answer.detail)
      case 'unsent':
        return settleAbsent(ctx, delivery)
    }
  })
}

/** Writes what the network said when it was asked about an attempt that had no answer. */
export async function settleFound(
  ctx: Needs,
  ref: Ref & { attempt: number },
  found: Found,
): Promise<Next> {
  return ctx.db.tx({ workspace: ref.workspaceId }, async () => {
    const delivery = await locked(ref)
    if (!delivery) return done('gone')
    if (delivery.attempt !== ref.attempt) return done(delivery.state)
    if (found.state === 'found' && delivery.state !== 'published')
      return settlePublished(ctx, delivery, found.published, sentAt(ctx, delivery), 'found')
    if (delivery.state !== 'publishing') return done(delivery.state)
    return found.state === 'absent'
      ? settleAbsent(ctx, delivery)
      : settleUnknown(ctx, delivery, found.state === 'unknown' ? found.shown : [])
  })
}

/** When the call left that had no answer: at the instant, or at arming when that came later. */
function sentAt(ctx: Needs, { armedAt, publishAt }: Delivery): Date {
  if (!armedAt) return ctx.now()
  return armedAt > publishAt ? armedAt : publishAt
}

async function note(delivery: Delivery, outcome: string, at: Date, detail: string | null = null) {
  await run(
    `update attempts set outcome = $3, answered_at = $4, detail = $5 where delivery_id = $1 and number = $2`,
    [delivery.id, delivery.attempt, outcome, at, detail],
  )
}

async function settlePublished(
  ctx: Needs,
  delivery: Delivery,
  { remoteId, permalink }: Published,
  publishedAt: Date,
  outcome: 'published' | 'found',
): Promise<Next> {
  const at = ctx.now()
  await note(delivery, outcome, at)
  await move(delivery, {
    ...{ to: 'published', at },
    text:
      outcome === 'found'
        ? 'Published: no answer had come, but the network has it.'
        : `Published, ${seconds(publishedAt.getTime() - delivery.publishAt.getTime())} after its time.`,
    set: { publishedAt, remoteId, permalink, settlesAt: null, nextTryAt: null, shown: [] },
  })
  return done('published')
}

const seconds = (ms: number): string => `${(Math.max(0, ms) / 1000).toFixed(1)} s`

/** Refusals that pass by themselves. */
const passing: string[] = ['rate_limited', 'server_busy', 'unreachable']
const triesMax = 8

async function settleRefused(ctx: Needs, delivery: Delivery, error: NetworkError): Promise<Next> {
  await note(delivery, 'refused', ctx.now(), error.message)
  return refuse(ctx, delivery, error)
}

async function refuse(ctx: Needs, delivery: Delivery, error: NetworkError): Promise<Next> {
  const at = ctx.now()
  const next =
    error.retryAt ?? new Date(at.getTime() + Math.min(5 * minute, 5_000 * 2 ** delivery.attempt))
  const inTime = next.getTime() <= delivery.publishAt.getTime() + delivery.latenessMinutes * minute
  const reason = error.kind
  if (passing.includes(error.kind) && inTime && delivery.attempt < triesMax) {
    const set = { nextTryAt: next, settlesAt: null }
    await move(delivery, {
      to: 'scheduled',
      at,
      reason,
      detail: error.message,
      text: `${error.message} It is tried again.`,
      set,
    })
    return { outcome: 'again', at: next.toISOString() }
  }
  await moveAndTell(ctx, delivery, {
    ...{ to: 'failed', at, reason, detail: error.message, text: error.message },
    set: { settlesAt: null },
  })
  if (error.kind === 'access_revoked') await accessEnded(delivery.channelId)
  return done('failed')
}

/**
 * A refusal before anything was armed (tokens, uploads): passing ones are tried again, the others are failures that people must hear of.
 */
export async function refuseUnarmed(ctx: Needs, ref: Ref, error: NetworkError): Promise<Next> {
  return ctx.db.tx({ workspace: ref.workspaceId }, async () => {
    const delivery = await locked(ref)
    if (!delivery) return done('gone')
    return delivery.state === 'scheduled' ? refuse(ctx, delivery, error) : done(delivery.state)
  })
}

/** Notes, once, what was found out about a delivery before it was sent. */
export async function remark(ctx: Needs, ref: Ref, text: string): Promise<void> {
  await ctx.db.tx({ workspace: ref.workspaceId }, async () => {
    const delivery = await locked(ref)
    if (delivery?.state !== 'scheduled') return
    if (await Move.findOne({ where: { deliveryId: delivery.id, text } })) return
    const { reason, detail } = delivery
    await move(delivery, { to: 'scheduled', at: ctx.now(), text, reason, detail } as Change)
  })
}

async function settleAmbiguous(ctx: Needs, delivery: Delivery, detail: string): Promise<Next> {
  const at = ctx.now()
  const settlesAt = new Date(at.getTime() + ctx.config.publishing.settleMs)
  await note(delivery, 'ambiguous', at, detail)
  const text = `${detail} The network is asked before anything is sent again.`
  await move(delivery, {
    to: 'publishing',
    at,
    reason: 'no_answer',
    detail: text,
    text,
    set: { settlesAt },
  })
  return { outcome: 'ask', at: settlesAt.toISOString() }
}

async function settleAbsent(ctx: Needs, delivery: Delivery): Promise<Next> {
  const at = ctx.now()
  await note(delivery, 'absent', at)
  const late = at.getTime() > delivery.publishAt.getTime() + delivery.latenessMinutes * minute
  if (late) return miss(ctx, delivery, at)
  if (delivery.attempt >= triesMax) {
    const text = `Not published after ${delivery.attempt} attempts; nothing of it is on the network.`
    await moveAndTell(ctx, delivery, { to: 'failed', at, reason: 'no_answer', detail: text, text })
    return done('failed')
  }
  const text = 'It is certainly not there, so it is sent again.'
  await move(delivery, { to: 'scheduled', at, text, set: { nextTryAt: at, settlesAt: null } })
  return { outcome: 'again', at: at.toISOString() }
}

async function settleUnknown(
  ctx: Needs,
  delivery: Delivery,
  shown: { text: string; url: string; at: string }[],
): Promise<Next> {
  const at = ctx.now()
  const text = 'Nobody can tell whether it is there. It is not sent again unless a person says so.'
  const set = { shown, settlesAt: null }
  await moveAndTell(ctx, delivery, {
    to: 'unconfirmed',
    at,
    reason: 'no_answer',
    detail: text,
    text,
    set,
  })
  return done('unconfirmed')
}

/** The network could not be asked: later again, or a person after ten minutes (or forty settling times, in tests). */
export async function settleUnasked(ctx: Needs, ref: Ref & { attempt: number }): Promise<Next> {
  return ctx.db.tx({ workspace: ref.workspaceId }, async () => {
    const delivery = await locked(ref)
    if (!delivery) return done('gone')
    if (delivery.state !== 'publishing' || delivery.attempt !== ref.attempt)
      return done(delivery.state)
    const at = ctx.now()
    const { settleMs } = ctx.config.publishing
    const asked = at.getTime() - (delivery.armedAt ?? at).getTime()
    if (asked > Math.min(10 * minute, 40 * settleMs)) return settleUnknown(ctx, delivery, [])
    const settlesAt = new Date(at.getTime() + Math.max(settleMs, asked / 2))
    await askLater(delivery, settlesAt)
    return { outcome: 'ask', at: settlesAt.toISOString() }
  })
}
