/** What was armed for a delivery before, and what may be done about it now: sent again as it was, made anew, waited for, or asked about. */
import type { Frozen } from '../../networks/network.ts'
import { Attempt, type Outcome } from './models/attempt.ts'
import { Outgoing } from './models/outgoing.ts'

export interface Tried {
  armedAt: Date
  outcome: Outcome | null
  reason: string | null
}

/** One content that was armed, with every attempt to send it, oldest first. */
export interface SentBefore {
  number: number
  contentVersion: number
  contentHash: string
  frozen: Frozen
  armedAt: Date
  attempts: Tried[]
}

/** Everything that was ever armed for a delivery, oldest first. In a unit of work. */
export async function sentBefore(deliveryId: string): Promise<SentBefore[]> {
  const where = { deliveryId }
  const order: [string, string][] = [['number', 'ASC']]
  const contents = await Outgoing.findAll({ where, order })
  if (contents.length === 0) return []
  const attempts = await Attempt.findAll({ where, order })
  return contents.map(({ number, contentVersion, contentHash, payload, handle, armedAt }) => ({
    number,
    contentVersion,
    contentHash,
    armedAt,
    frozen: { payload, handle },
    attempts: attempts.filter((attempt) => attempt.outgoing === number),
  }))
}

/** Certainly not there, and not on its way. */
const over: (Outcome | null)[] = ['refused', 'unsent', 'absent', 'taken_down']
/** A person decided that it does not matter whether it is there. */
const settled: (Outcome | null)[] = [...over, 'given_up']

/** Whether a content may still be, or come to be, on the network. */
export const mayStand = ({ attempts }: SentBefore): boolean =>
  attempts.some(({ outcome }) => !over.includes(outcome))

/** How the network keeps repeats apart, and how long a request may be on its way. */
export interface Windows {
  /** Time in which the same bytes again are the same post; 0: never, Infinity: always. */
  dedupeMs: number
  /** After this long a request that got no answer does not arrive any more. */
  lateMs: number
}

export type Plan =
  /** Nothing of this content was sent, or nothing of it can be there: a new token. */
  | { do: 'compose' }
  /** The same bytes again. `proof`: only after the network said that it is not there. */
  | { do: 'repeat'; content: SentBefore; proof: boolean }
  /** An earlier request may still arrive. */
  | { do: 'wait'; until: Date }
  /** Another content: only after the network said that no earlier one is there. */
  | { do: 'replace' }

/** Refusals that say nothing against the same bytes. */
const passing: (string | null)[] = ['rate_limited', 'server_busy', 'unreachable']

/** Pure: what may be done with the content of that hash, given all that was armed before. */
export function planFor(
  hash: string,
  before: SentBefore[],
  { dedupeMs, lateMs }: Windows,
  now: Date,
): Plan {
  const last = before.at(-1)
  if (!last) return { do: 'compose' }
  const same = last.contentHash === hash
  const open = before
    .flatMap(({ attempts }) => attempts)
    .filter(({ outcome }) => !settled.includes(outcome))
  if (open.length === 0) {
    if (!same || cannotBeRepeated(last.attempts.at(-1))) return { do: 'compose' }
    return { do: 'repeat', content: last, proof: false }
  }
  const inWindow = now.getTime() < last.armedAt.getTime() + dedupeMs
  if (same && inWindow && before.slice(0, -1).every((content) => !mayStand(content)))
    return { do: 'repeat', content: last, proof: false }
  const longest = Math.max(lateMs, same || dedupeMs === Infinity ? 0 : dedupeMs)
  const until = Math.max(...open.map(({ armedAt }) => armedAt.getTime())) + longest
  if (now.getTime() < until) return { do: 'wait', until: new Date(until) }
  return same ? { do: 'repeat', content: last, proof: true } : { do: 'replace' }
}

/** The network said no to these very bytes, or had them and they were removed: the same content gets new ones. */
const cannotBeRepeated = (last: Tried | undefined): boolean =>
  last?.outcome === 'taken_down' || (last?.outcome === 'refused' && !passing.includes(last.reason))
