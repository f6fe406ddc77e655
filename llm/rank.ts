/** The order in which allowed connections are asked: ready before resting, the workspace's own order, then the cheaper one. */
import { expectedMicros } from './cost.ts'
import type { CallSize } from './filters.ts'
import type { Health } from './health.ts'
import type { Connection } from './types.ts'

export interface Candidate {
  connection: Connection
  waitMs: number
}

/** Allowed connections, best first. Equal ones are shuffled, so that load spreads. */
export function rankCandidates(
  allowed: Connection[],
  size: CallSize,
  health: Health,
  random: () => number,
): Candidate[] {
  const keyed = allowed.map((connection) => ({
    connection,
    waitMs: health.waitMs(connection),
    // An unknown price comes after every known one.
    price: expectedMicros(size.inputTokens, size.outputTokens, connection.prices) ?? Infinity,
    dice: random(),
  }))
  keyed.sort(
    (a, b) =>
      Number(a.waitMs > 0) - Number(b.waitMs > 0) ||
      a.connection.rank - b.connection.rank ||
      compare(a.price, b.price) ||
      a.dice - b.dice,
  )
  return keyed.map(({ connection, waitMs }) => ({ connection, waitMs }))
}

/** Infinity minus Infinity is no number. */
function compare(a: number, b: number): number {
  return a === b ? 0 : a < b ? -1 : 1
}
