/**
 * The publishing ledger after the call: what is known is written, and what is not known is never taken for a no. Only a certain no leads
 * back to `scheduled`.
 */
import { happened, type Happening } from '#contract/posts/happened.ts'
import type { Because } from '#contract/posts/refusals.ts'
import type { NetworkError, Published, Stood } from '../../networks/network.ts'
import { accessEnded } from '../channels/channels.ts'
import { rows } from '../platform/db.ts'
import {
  done,
  lockAll,
  locked,
  minute,
  miss,
  moveAndTell,
  type Needs,
  type Next,
  type Ref,
} from './arming.ts'
import { askLater, move, type Change } from './move.ts'
import type { Known } from './asking.ts'
import type { Delivery } from './models/delivery.ts'
import { planFor, sentBefore, type Windows } from './sent-before.ts'
import {
  keepStanding,
  note,
  noteOpen,
  settleAnswered,
  settleThere,
  standingOf,
  type There,
} from './standing.ts'

export type Answer =
  | { kind: 'published'; published: Published; at: Date }
  | { kind: 'refused'; error: NetworkError }
  /** `stands`: parts of a thread that are public all the same. */
  | { kind: 'ambiguous'; because: Because; stands?: Stood[] }
  /** The attempt was given up before anything was sent. */
  | { kind: 'unsent' }

/** The answer to one attempt. */
export interface Answered extends Ref {
  attempt: number
  answer: Answer
}

/** Writes what the calls of one workspace answered, in one unit of work. Does nothing about an attempt that was settled by somebody else. */
export async function settle(ctx: Needs, all: Answered[]): Promise<Next[]> {
  return ctx.db.tx({ workspace: all[0]!.workspaceId }, async () => {
    const found = await lockAll(all.map(({ deliveryId }) => deliveryId))
    const byId = new Map(found.map((delivery) => [delivery.id, delivery]))
    const there: There[] = []
    const nexts: Next[] = []
    for (const { deliveryId, attempt, answer } of all) {
      const delivery = byId.get(deliveryId)
      if (!delivery) nexts.push(done('gone'))
      else if (delivery.state !== 'publishing' || delivery.attempt !== attempt)
        nexts.push(done(delivery.state))
      else if (answer.kind === 'published') {
        there.push({ delivery, published: answer.published, publishedAt: answer.at })
        nexts.push(done('published'))
      } else if (answer.kind === 'refused')
        nexts.push(await settleRefused(ctx, delivery, answer.error))
      else if (answer.kind === 'ambiguous')
        nexts.push(await settleAmbiguous(ctx, delivery, answer.because, answer.stands ?? []))
      else nexts.push(await settleUnsent(ctx, delivery))
    }
    await settleAnswered(ctx, there)
    return nexts
  })
}

/** What the network said when it was asked, and what is needed to judge it. */
export interface Asked {
  known: Known
  windows: Windows
  /** Hash of the content that the post has now; absent: it cannot have changed since it was sent. */
  contentHash?: string
}

/** Writes what the network said when it was asked about everything that was sent. */
export async function settleFound(
  ctx: Needs,
  ref: Ref & { attempt: number },
  { known, windows, contentHash }: Asked,
): Promise<Next> {
  return ctx.db.tx({ workspace: ref.workspaceId }, async () => {
    const delivery = await locked(ref)
    if (!delivery) return done('gone')
    if (delivery.attempt !== ref.attempt) return done(delivery.state)
    if (known.state === 'found')
      return delivery.state === 'published' || delivery.state === 'taken_down'
        ? done(delivery.state)
        : settleThere(ctx, delivery, known, contentHash)
    if (delivery.state === 'scheduled' && known.state === 'unknown')
      return settleUnknown(ctx, delivery, known.shown)
    if (delivery.state !== 'publishing') return done(delivery.state)
    if (known.state === 'part') {
      await keepStanding(delivery, known.stands, known.content.contentVersion)
      return settleAbsent(ctx, delivery, 'listing', windows)
    }
    return known.state === 'absent'
      ? settleAbsent(ctx, delivery, known.by, windows)
      : settleUnknown(ctx, delivery, known.shown)
  })
}

/** Refusals that pass by themselves. */
const passing: string[] = ['rate_limited', 'server_busy', 'unreachable']
const triesMax = 8

async function settleRefused(ctx: Needs, delivery: Delivery, error: NetworkError): Promise<Next> {
  const { kind: reason, stands } = error
  const version = await note(delivery, 'refused', ctx.now(), reason)
  await keepStanding(delivery, stands, version)
  return refuse(ctx, delivery, error)
}

async function refuse(ctx: Needs, delivery: Delivery, error: NetworkError): Promise<Next> {
  const at = ctx.now()
  const next =
    error.retryAt ?? new Date(at.getTime() + Math.min(5 * minute, 5_000 * 2 ** delivery.attempt))
  const inTime = next.getTime() <= delivery.publishAt.getTime() + delivery.latenessMinutes * minute
  const reason = error.kind
  const refusal = { refusal: error.because }
  const detail = happened('refused', refusal)
  if (passing.includes(error.kind) && inTime && delivery.attempt < triesMax) {
    const set = { nextTryAt: next, settlesAt: null }
    await move(delivery, {
      to: 'scheduled',
      at,
      reason,
      detail,
      what: happened('refused_for_now', refusal),
      set,
    })
    return { outcome: 'again', at: next.toISOString() }
  }
  await moveAndTell(ctx, delivery, {
    to: 'failed',
    at,
    reason,
    detail,
    what: detail,
    set: { settlesAt: null },
  })
  if (error.kind === 'access_revoked' || error.kind === 'other_account')
    await accessEnded(delivery.channelId)
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

async function isNoted(deliveryId: string, { code, params }: Happening): Promise<boolean> {
  const noted = await rows(
    'select 1 from moves where delivery_id = $1 and code = $2 and params = $3::jsonb limit 1',
    [deliveryId, code, JSON.stringify(params)],
  )
  return noted.length > 0
}

/** Notes, once, what was found out about a delivery before it was sent. */
export async function remark(ctx: Needs, ref: Ref, found: Because): Promise<void> {
  await ctx.db.tx({ workspace: ref.workspaceId }, async () => {
    const delivery = await locked(ref)
    if (delivery?.state !== 'scheduled') return
    const what = happened('remarked', { remark: found })
    if (await isNoted(delivery.id, what)) return
    const { reason, detail } = delivery
    await move(delivery, { to: 'scheduled', at: ctx.now(), what, reason, detail } as Change)
  })
}

async function settleAmbiguous(
  ctx: Needs,
  delivery: Delivery,
  refusal: Because,
  stands: Stood[],
): Promise<Next> {
  const at = ctx.now()
  const settlesAt = new Date(at.getTime() + ctx.config.publishing.settleMs)
  const version = await note(delivery, 'ambiguous', at)
  await keepStanding(delivery, stands, version)
  const what = happened('silent', { refusal })
  const change = { at, reason: 'no_answer', detail: what, what, set: { settlesAt } } as const
  await move(delivery, { to: 'publishing', ...change })
  return { outcome: 'ask', at: settlesAt.toISOString() }
}

/** Given up before the first byte. */
async function settleUnsent(ctx: Needs, delivery: Delivery): Promise<Next> {
  const at = ctx.now()
  await note(delivery, 'unsent', at)
  return sendAgain(ctx, delivery, happened('unsent'))
}

/** Not there. What may still be on its way is waited for, unless it would meet the same bytes sent again. */
async function settleAbsent(
  ctx: Needs,
  delivery: Delivery,
  by: 'identity' | 'listing',
  windows: Windows,
): Promise<Next> {
  const at = ctx.now()
  await noteOpen(delivery, by === 'identity' ? 'absent' : 'unlisted', at)
  const before = await sentBefore(delivery.id)
  const plan = planFor(before.at(-1)!.contentHash, before, windows, at)
  if (plan.do === 'wait') {
    const { reason, detail } = delivery
    const what = happened('not_there_yet')
    const set = { settlesAt: plan.until }
    await move(delivery, { to: 'publishing', at, what, reason, detail, set } as Change)
    return { outcome: 'ask', at: plan.until.toISOString() }
  }
  const begun = (await standingOf(delivery.id)).length > 0
  return sendAgain(ctx, delivery, happened(begun ? 'rest_absent' : 'absent'))
}

async function sendAgain(ctx: Needs, delivery: Delivery, what: Happening): Promise<Next> {
  const at = ctx.now()
  const late = at.getTime() > delivery.publishAt.getTime() + delivery.latenessMinutes * minute
  if (late) return miss(ctx, delivery, at)
  if (delivery.attempt >= triesMax) {
    const failed = happened('given_up', { attempts: delivery.attempt })
    await moveAndTell(ctx, delivery, {
      to: 'failed',
      at,
      reason: 'no_answer',
      detail: failed,
      what: failed,
    })
    return done('failed')
  }
  await move(delivery, { to: 'scheduled', at, what, set: { nextTryAt: at, settlesAt: null } })
  return { outcome: 'again', at: at.toISOString() }
}

/** A scheduled delivery whose earlier content may still arrive waits until it would have. */
export async function waitForEarlier(ctx: Needs, ref: Ref, until: Date): Promise<Next> {
  return ctx.db.tx({ workspace: ref.workspaceId }, async () => {
    const delivery = await locked(ref)
    if (!delivery) return done('gone')
    if (delivery.state !== 'scheduled') return done(delivery.state)
    const what = happened('earlier_open')
    const set = { nextTryAt: until }
    const change = { at: ctx.now(), reason: 'no_answer', detail: what, what, set } as const
    await move(delivery, { to: 'scheduled', ...change })
    return { outcome: 'again', at: until.toISOString() }
  })
}

async function settleUnknown(
  ctx: Needs,
  delivery: Delivery,
  shown: { text: string; url: string; at: string }[],
): Promise<Next> {
  const at = ctx.now()
  const what = happened('unknown')
  const set = { shown, settlesAt: null }
  await moveAndTell(ctx, delivery, {
    to: 'unconfirmed',
    at,
    reason: 'no_answer',
    detail: what,
    what,
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
