/** Which allowed connection is asked next: ready before resting, the workspace's own order, then the cheaper one. */
import { expectedMicros } from './cost.ts'
import type { CallSize } from './filters.ts'
import type { Health } from './health.ts'
import type { Connection } from './types.ts'

export interface Candidate {
  connection: Connection
  waitMs: number
}

/** The best of some connections; null: there are none. Equal ones take turns by chance, so that load spreads. */
export function pickBest(
  connections: Iterable<Connection>,
  size: CallSize,
  health: Health,
  random: () => number,
): Candidate | null {
  let best: Candidate | null = null
  let equals = 1
  for (const connection of connections) {
    const candidate: Candidate = { connection, waitMs: health.waitMs(connection) }
    const order: number = best ? compare(candidate, best, size) : -1
    if (order === 0) equals += 1
    if (order < 0) equals = 1
    // Each of n equal ones ends up chosen once in n.
    if (order < 0 || (order === 0 && random() * equals < 1)) best = candidate
  }
  return best
}

function compare(a: Candidate, b: Candidate, size: CallSize): number {
  const ready = Number(a.waitMs > 0) - Number(b.waitMs > 0)
  if (ready !== 0) return ready
  if (a.connection.rank !== b.connection.rank) return a.connection.rank - b.connection.rank
  if (a.connection.prices === null && b.connection.prices === null) return 0
  const [first, second] = [priceOf(a, size), priceOf(b, size)]
  return first === second ? 0 : first < second ? -1 : 1
}

/** An unknown price comes after every known one. */
function priceOf({ connection }: Candidate, size: CallSize): number {
  return expectedMicros(size.inputTokens, size.outputTokens, connection.prices) ?? Infinity
}
