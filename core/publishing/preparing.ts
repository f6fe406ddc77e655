/**
 * The preparation of a delivery: who is at it, what the network has acknowledged, and what came of it. It stands beside the delivery; each
 * write compares the claim, the plan and the content first, so that whoever was overtaken hears of it and stops.
 */
import type { Json } from '../../networks/network.ts'
import type { Context } from '../platform/context.ts'
import { uuidv7 } from '../platform/uuid.ts'
import type { Ref } from './arming.ts'
import { keepPreparation } from './move.ts'
import { Delivery } from './models/delivery.ts'

export interface Preparation {
  contentVersion: number
  generation: number
  /** Attempts made before it: what was uploaded for one that may have gone out belongs to that one. */
  attempt: number
  /** From when on its oldest upload may be there. */
  begun: string
  /** What the network acknowledged, in the network's own shape. */
  state: Json
  /** What is handed to the network at arming; absent: not complete. */
  value?: Json
  /** Of whoever is at it, and alone until then. */
  claim: string
  until: string
}

interface Content {
  contentVersion: number
  /** Milliseconds for which the network keeps what no post uses. */
  uploadsKept: number
}

/** What is to be prepared. */
export interface Wanted extends Content {
  generation: number
  /** Attempts made before. */
  attempt: number
}

/** A claim ends by itself, for a process that is gone; who lives renews it. */
export const claimMs = 6_000

/** Something else happened to the post: another time, other words, or another process took over. */
export class Overtaken extends Error {}

/** Uploads are used until half of their time is over. */
const isFresh = ({ begun }: Preparation, { uploadsKept }: Content, now: Date): boolean =>
  now.getTime() - Date.parse(begun) < uploadsKept / 2

/** What was prepared for this content, while the network has it; undefined: nothing. Pure. */
export function preparedFor(
  kept: Preparation | null,
  wanted: Content,
  now: Date,
): Json | undefined {
  if (kept?.contentVersion !== wanted.contentVersion || !isFresh(kept, wanted, now))
    return undefined
  return kept.value
}

export type Step = { do: 'use'; value: Json } | { do: 'wait' } | { do: 'go'; from: Preparation }

/**
 * What whoever wants a preparation does now. Uploads of earlier words are handed on: the network knows which files stay the same. Pure.
 */
export function stepFor(
  kept: Preparation | null,
  wanted: Wanted,
  { claim, now }: { claim: string; now: Date },
): Step {
  const value = preparedFor(kept, wanted, now)
  if (value !== undefined) return { do: 'use', value }
  const { contentVersion, generation, attempt } = wanted
  const same = kept?.contentVersion === contentVersion && kept.generation === generation
  if (same && Date.parse(kept.until) > now.getTime()) return { do: 'wait' }
  const resumed = kept && isFresh(kept, wanted, now) && kept.attempt === attempt ? kept : null
  const from = {
    contentVersion,
    generation,
    attempt,
    claim,
    begun: resumed?.begun ?? now.toISOString(),
    state: resumed?.state ?? null,
    until: new Date(now.getTime() + claimMs).toISOString(),
  }
  return { do: 'go', from }
}

type Needs = Pick<Context, 'db' | 'now'>

/** Claims the preparation of a delivery, unless somebody is at it or it is there. Throws Overtaken when it is no longer wanted. */
export async function claimPreparation(
  ctx: Needs,
  ref: Ref,
  wanted: Wanted,
): Promise<Exclude<Step, { do: 'go' }> | { do: 'go'; held: Held }> {
  const step = await ctx.db.tx({ workspace: ref.workspaceId }, async (): Promise<Step> => {
    const delivery = await Delivery.findByPk(ref.deliveryId)
    if (delivery?.state !== 'scheduled' || delivery.generation !== wanted.generation)
      throw new Overtaken()
    const now = ctx.now()
    const next = stepFor(delivery.prepared, wanted, { claim: uuidv7(now.getTime()), now })
    if (next.do !== 'go') return next
    const before = delivery.prepared?.claim ?? null
    if (!(await keepPreparation(ref.deliveryId, next.from, before))) throw new Overtaken()
    return next
  })
  return step.do === 'go' ? { do: 'go', held: hold(ctx, ref, step.from) } : step
}

/** A preparation that this process is at. */
export interface Held {
  /** What was acknowledged before. */
  state: Json
  /** All of these throw Overtaken when it is no longer ours. */
  keep(state: Json): Promise<void>
  renew(): Promise<void>
  finish(value: Json): Promise<void>
  /** Lets the next one at it. */
  release(): Promise<void>
}

function hold(ctx: Needs, ref: Ref, from: Preparation): Held {
  let kept = from
  let last: Promise<void> = Promise.resolve()
  const write = async (change: Partial<Preparation>, forMs = claimMs): Promise<void> => {
    const until = new Date(ctx.now().getTime() + forMs).toISOString()
    kept = { ...kept, ...change, until }
    const written = await ctx.db.tx({ workspace: ref.workspaceId }, () =>
      keepPreparation(ref.deliveryId, kept, kept.claim),
    )
    if (!written) throw new Overtaken()
  }
  // One after the other: a renewal that came late would take back what was kept meanwhile.
  const inTurn = (...args: Parameters<typeof write>): Promise<void> => {
    const mine = last.then(() => write(...args))
    last = mine.catch(() => undefined)
    return mine
  }
  return {
    state: from.state,
    keep: (state) => inTurn({ state }),
    renew: () => inTurn({}),
    finish: (value) => inTurn({ value }, 0),
    release: () => inTurn({}, 0),
  }
}

/** Whether somebody is preparing it just now. */
export const isPreparing = (kept: Preparation | null, now: Date): boolean =>
  kept !== null && kept.value === undefined && Date.parse(kept.until) > now.getTime()
