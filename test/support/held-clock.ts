/** A clock that runs as every other does, up to an instant that is let go by hand: so that a slow machine does not miss what comes before it. */
export interface HeldClock {
  now(): Date
  /** Runs no further than `at`. */
  holdAt(at: Date): void
  letGo(): void
}

export function heldClock(): HeldClock {
  let limit = Infinity
  return {
    now: () => new Date(Math.min(Date.now(), limit)),
    holdAt: (at) => void (limit = at.getTime()),
    letGo: () => void (limit = Infinity),
  }
}
