/** The next hours as a line: where each post stands on it. Pure. */
import { clock } from '#lib/platform/time.ts'

export const hoursShown = 24
const hourMs = 3_600_000
/** Marks closer than this share of the line would lie on each other. */
const together = 0.02

interface Timed {
  id: string
  publishAt: string | null
}

export interface Mark<T> {
  /** From 0, the beginning of this hour, to 1. */
  place: number
  posts: T[]
}

const beginning = (now: Date): number => Math.floor(now.getTime() / hourMs) * hourMs

/** Posts of the next 24 hours on the line; those that would overlap share a mark. */
export function marksOf<T extends Timed>(posts: readonly T[], now: Date): Mark<T>[] {
  const marks: Mark<T>[] = []
  for (const post of posts) {
    if (!post.publishAt) continue
    const place = (Date.parse(post.publishAt) - beginning(now)) / (hoursShown * hourMs)
    if (place < 0 || place > 1) continue
    const last = marks.at(-1)
    if (last && place - last.place < together) last.posts.push(post)
    else marks.push({ place, posts: [post] })
  }
  return marks
}

/** Every third hour by its name on the zone's clock. */
export function ticksOf(now: Date, zone: string): { place: number; label: string }[] {
  const steps = Array.from({ length: hoursShown / 3 }, (_, i) => i * 3)
  return steps.map((hours) => ({
    place: hours / hoursShown,
    label: clock(new Date(beginning(now) + hours * hourMs), zone),
  }))
}

/** How far the present is into the line. */
export const presentOf = (now: Date): number =>
  (now.getTime() - beginning(now)) / (hoursShown * hourMs)
