/**
 * What this process remembers of connections between calls: how long one rests after failures, and how many requests it still takes this
 * minute. In memory: another process learns by its own failures, which costs one request each.
 */
import type { Connection, FailureClass } from './types.ts'
import { reactions } from './failures.ts'

const restShortMs = 5_000
const restLongMs = 60_000
const restMaxMs = 300_000

interface State extends Pick<Connection, 'revision' | 'baseUrl' | 'model'> {
  failures: number
  restsUntil: number
  /** One real request is out to see whether the connection is back. */
  probing: boolean
  tokens: number
  filledAt: number
}

export interface Health {
  /** Milliseconds until the connection may be asked: 0 now, Infinity while somebody else's probe is out. */
  waitMs(connection: Connection): number
  /** Counts a request against the minute and, after a rest, marks it as the probe. */
  begin(connection: Connection): void
  succeeded(connection: Connection): void
  failed(connection: Connection, kind: FailureClass, retryAfterMs: number | null): void
  /** The request ended without telling anything about the connection. */
  released(connection: Connection): void
}

export function createHealth(now: () => Date): Health {
  const states = new Map<string, State>()
  const time = () => now().getTime()

  function of(c: Connection): State {
    const known = states.get(c.id)
    // What was learned of another key, address or model says nothing about this one.
    if (known?.revision === c.revision && known.baseUrl === c.baseUrl && known.model === c.model)
      return known
    const state = fresh(c, time())
    states.set(c.id, state)
    return state
  }

  function rateWaitMs(c: Connection, state: State): number {
    if (c.requestsPerMinute === null) return 0
    const perMs = c.requestsPerMinute / 60_000
    state.tokens = Math.min(c.requestsPerMinute, state.tokens + (time() - state.filledAt) * perMs)
    state.filledAt = time()
    return state.tokens >= 1 ? 0 : Math.ceil((1 - state.tokens) / perMs)
  }

  return {
    waitMs(c) {
      const state = of(c)
      if (state.probing) return Infinity
      if (state.restsUntil === 0) return rateWaitMs(c, state)
      return Math.max(0, state.restsUntil - time(), rateWaitMs(c, state))
    },
    begin(c) {
      const state = of(c)
      rateWaitMs(c, state)
      if (c.requestsPerMinute !== null) state.tokens -= 1
      if (state.failures > 0) state.probing = true
    },
    succeeded(c) {
      Object.assign(of(c), { failures: 0, restsUntil: 0, probing: false })
    },
    failed(c, kind, retryAfterMs) {
      const state = of(c)
      state.probing = false
      const { rest } = reactions[kind]
      if (rest === 'none') return
      const base = rest === 'long' ? restLongMs : restShortMs
      const doubled = Math.min(restMaxMs, base * 2 ** Math.min(state.failures, 10))
      state.failures += 1
      state.restsUntil = time() + Math.max(doubled, Math.min(retryAfterMs ?? 0, 3_600_000))
    },
    released(c) {
      of(c).probing = false
    },
  }
}

/** Nothing is known of a connection yet; its minute is full. */
function fresh({ revision, baseUrl, model, requestsPerMinute }: Connection, now: number): State {
  const tokens = requestsPerMinute ?? 0
  return {
    revision,
    baseUrl,
    model,
    failures: 0,
    restsUntil: 0,
    probing: false,
    tokens,
    filledAt: now,
  }
}
