/** What a delivery's workflow does next: a pure function of what the ledger said and of how often it was asked. */
import type { Next } from '../../activities/publishing/publish.ts'

export interface Tries {
  /** Alarms that ended without anything being armed. */
  unarmed: number
  /** Times the network was asked. */
  asked: number
}

export type Step =
  | { do: 'deliver'; inMs: number }
  | { do: 'reconcile'; inMs: number }
  /** Nothing more to do here; the sweeper looks after what is left. */
  | { do: 'stop'; state: string }

export const unarmedMax = 5
export const askedMax = 20

/** `null`: the activity itself failed or its worker is gone, so only the ledger knows what happened. */
export function nextStep(said: Next | null, tries: Tries, now: number): Step {
  if (said === null)
    return tries.asked < askedMax ? { do: 'reconcile', inMs: 0 } : { do: 'stop', state: 'given_up' }
  if (said.outcome === 'done') return { do: 'stop', state: said.state }
  const inMs = Math.max(0, Date.parse(said.at) - now)
  if (said.outcome === 'ask')
    return tries.asked < askedMax ? { do: 'reconcile', inMs } : { do: 'stop', state: 'given_up' }
  if (tries.unarmed >= unarmedMax) return { do: 'stop', state: 'given_up' }
  // Each further alarm comes a little later, so that a broken moment has time to pass.
  return { do: 'deliver', inMs: Math.max(inMs, 500 * (2 ** tries.unarmed - 1)) }
}
