/** Posts put on their days. */
import type { PostTile } from '#contract/posts/post.ts'
import { wallTimeAt } from '#lib/platform/time.ts'

export interface Placed extends PostTile {
  /** Wall time on the calendar's own clock, which may be another than the post's. */
  here: string
}

/** Tiles by day (`2026-05-12`), in order of time. */
export function byDay(tiles: PostTile[], zone: string): Map<string, Placed[]> {
  const days = new Map<string, Placed[]>()
  for (const tile of tiles) {
    if (!tile.publishAt) continue
    const here = wallTimeAt(tile.publishAt, zone)
    const day = here.slice(0, 10)
    const list = days.get(day)
    if (list) list.push({ ...tile, here })
    else days.set(day, [{ ...tile, here }])
  }
  for (const list of days.values())
    list.sort((a, b) => (a.here < b.here ? -1 : a.here > b.here ? 1 : 0))
  return days
}

/** How many there are of each state, most first. */
export function countStates(tiles: PostTile[]): [PostTile['shown'], number][] {
  const counts = new Map<PostTile['shown'], number>()
  for (const { shown } of tiles) counts.set(shown, (counts.get(shown) ?? 0) + 1)
  return [...counts].sort((a, b) => b[1] - a[1])
}

const settled = new Set(['publishing', 'published', 'unconfirmed', 'taken_down'])
/** Whether a post can still be moved. */
export const movable = (tile: Pick<PostTile, 'shown'>): boolean => !settled.has(tile.shown)

/** Whether a post is approved with a time to come and only has to be scheduled: one whose sending was cancelled, for instance. */
export const waiting = (tile: Pick<PostTile, 'shown' | 'publishAt'>, now: Date): boolean =>
  tile.shown === 'approved' && tile.publishAt !== null && Date.parse(tile.publishAt) > now.getTime()

/** A month without the days of its neighbours, which a grid needs for whole weeks and a list does not. */
export const ofMonth = <T>(days: Map<string, T>, month: string): Map<string, T> =>
  new Map([...days].filter(([day]) => day.startsWith(month)))
