/** Chooses frames so that none returns before its pool is used up; the same brief always chooses the same. */
import type { Pool, Tone } from './stock.ts'
import { hash } from './text.ts'

export interface Picker {
  /** The next frame of a list that `fits`; null: none does. */
  from(frames: string[], fits?: (frame: string) => boolean): string | null
  /** The same for a pool: frames of the brief's tones first. */
  pool(pool: Pool, fits?: (frame: string) => boolean): string | null
  /** One of several numbered patterns, none twice before all have had their turn. */
  pattern<T extends string>(names: T[], group: string): T
}

export function createPicker(
  seed: string,
  tones: Tone[],
  usable: (frame: string) => boolean = () => true,
): Picker {
  const uses = new Map<string, number>()
  const used = (key: string) => uses.get(key) ?? 0

  function best(frames: { frame: string; tier: number }[], prefix: string): string | null {
    const [first] = frames.sort(
      (a, b) =>
        used(prefix + a.frame) - used(prefix + b.frame) ||
        a.tier - b.tier ||
        hash(`${seed} ${a.frame}`) - hash(`${seed} ${b.frame}`),
    )
    if (!first) return null
    uses.set(prefix + first.frame, used(prefix + first.frame) + 1)
    return first.frame
  }

  return {
    from: (frames, fits = () => true) =>
      best(
        frames.filter((f) => usable(f) && fits(f)).map((frame) => ({ frame, tier: 0 })),
        '',
      ),
    pool(pool, fits = () => true) {
      const sober = tones.includes('plain') || tones.includes('formal')
      const tiers = [
        ...tones.map((t) => pool[t] ?? []),
        pool.any ?? [],
        sober ? [] : (pool.casual ?? []),
      ]
      const all = tiers.flatMap((frames, i) =>
        frames
          .filter((f) => usable(f) && fits(f))
          .map((frame) => ({ frame, tier: i < tones.length ? 0 : 1 })),
      )
      return best(all, '')
    },
    pattern: (names, group) =>
      best(
        names.map((frame) => ({ frame, tier: 0 })),
        `${group} `,
      ) as (typeof names)[number],
  }
}
