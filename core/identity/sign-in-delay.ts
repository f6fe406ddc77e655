/** How long an account waits after wrong passwords. It is never closed: that would let anybody lock anybody out. */
import { hashToken } from '../platform/crypto/tokens.ts'

const free = 4
const longestMs = 5 * 60_000
const keptMax = 10_000

/** Milliseconds after so many failures in a row: none for the first four, then doubling from a second to five minutes. */
export const delayAfter = (failures: number): number =>
  failures <= free ? 0 : Math.min(1000 * 2 ** Math.min(failures - free - 1, 20), longestMs)

export interface Guesses {
  lockedUntil(email: string): Date | null
  failed(email: string, now: Date): void
}

/** Counts for addresses without an account, so that they are delayed like the others; in memory, the newest ten thousand. */
export function createGuesses(): Guesses {
  const kept = new Map<string, { failures: number; until: Date }>()
  const nameOf = (email: string) => hashToken(email.toLowerCase()).toString('base64')
  return {
    lockedUntil: (email) => kept.get(nameOf(email))?.until ?? null,
    failed: (email, now) => {
      const name = nameOf(email)
      const failures = (kept.get(name)?.failures ?? 0) + 1
      kept.delete(name)
      kept.set(name, { failures, until: new Date(now.getTime() + delayAfter(failures)) })
      const oldest = kept.keys().next().value
      if (kept.size > keptMax && oldest !== undefined) kept.delete(oldest)
    },
  }
}
