/**
 * When a delivery is armed. Arming is a commit, so a wave of posts due at one instant is armed in batches in the second before it; at the
 * instant only the calls are left. A post that is due alone is armed a moment before.
 */
export interface Turn {
  armAt: Date
  /** What was answered before is kept in memory until then: the calls of a big wave that are still to be made come first. */
  settleFrom(): Date
  /** To be called when the wait is over, whatever came of it. */
  leave(): void
}

export interface Waves {
  join(due: Date): Turn
}

/** One commit, with room for a slow disk. */
const aloneMs = 100
/** Time from one arming of a wave to the next; those that come together are one batch. */
const paceMs = 2
/** Nobody is armed a second ahead, whatever the size: until then an edit is honoured. */
const earliestMs = 990
/** A wave of more than this settles after a pause, long enough for its calls to have left. */
const big = 20
const calmMs = 400
const calmestMs = 5_000

/** Counts what waits in this process for the same second; each that joins is armed a little earlier than the one before. */
export function createWaves(): Waves {
  const waiting = new Map<number, { joined: number; left: number }>()
  return {
    join(due) {
      const second = Math.floor(due.getTime() / 1000)
      const wave = waiting.get(second) ?? { joined: 0, left: 0 }
      waiting.set(second, wave)
      const ahead = Math.min(earliestMs, aloneMs + wave.joined * paceMs)
      wave.joined += 1
      return {
        armAt: new Date(due.getTime() - ahead),
        settleFrom: () => new Date(due.getTime() + calm(wave.joined)),
        leave: () => {
          wave.left += 1
          if (wave.left === wave.joined) waiting.delete(second)
        },
      }
    },
  }
}

/** How long answers are kept back, by the size of the wave. */
const calm = (joined: number): number => (joined > big ? Math.min(calmestMs, calmMs + joined) : 0)
