/**
 * When a campaign's posts appear: spread over its weeks, days and good hours, in the brief's own zone, never in the past. Pure, so that the
 * page can show the calendar while the brief is being typed.
 */
import { Temporal } from 'temporal-polyfill'
import type { Brief, Plan } from '#contract/campaigns/campaigns.ts'
import type { Slot } from './types.ts'

/** Weekdays (1 is Monday) in the order in which a week fills up. */
const dayOrder = [2, 4, 3, 1, 5, 6, 7]
/** Morning, noon and evening, each with variants, so that a campaign does not tick like a clock. Weekends start later. */
const workday = [
  ['09:10', '08:30', '10:05'],
  ['12:20', '12:50', '13:15'],
  ['17:40', '18:15', '16:50'],
]
const weekend = [
  ['10:30', '09:50', '10:10'],
  ['13:00', '13:25', '12:40'],
  ['17:10', '18:30', '16:20'],
]
/** A draft needs a moment to be read before it can go out. */
const leadMinutes = 60

type SlotBrief = Pick<Brief, 'from' | 'to' | 'timeZone' | 'postsPerWeek'>

/**
 * The instants of a campaign's posts, in order. Weeks are counted from the brief's first day; a week that is cut short, by the end or by
 * what has passed already, gets its share of posts and at least one. A wall time that a change of clocks skips moves to the next that exists.
 */
export function planSlots(brief: SlotBrief, now: Date): Slot[] {
  const earliest = Temporal.Instant.fromEpochMilliseconds(now.getTime()).add({
    minutes: leadMinutes,
  })
  const begin = Temporal.PlainDate.from(brief.from)
  const end = Temporal.PlainDate.from(brief.to)
  const found: { wallTime: string; from: string }[] = []
  for (
    let first = begin;
    Temporal.PlainDate.compare(first, end) <= 0;
    first = first.add({ days: 7 })
  ) {
    const days = openDays(first, end, brief.timeZone, earliest)
    for (const wallTime of weekTimes(days, brief, begin.until(first).days / 7, earliest))
      found.push({ wallTime, from: first.toString() })
  }
  const weeks = [...new Set(found.map((f) => f.from))]
  return found.map(({ wallTime, from }, index) => ({
    wallTime,
    timeZone: brief.timeZone,
    week: weeks.indexOf(from),
    index,
  }))
}

/** The days of a week on which something can still appear. */
function openDays(
  first: Temporal.PlainDate,
  end: Temporal.PlainDate,
  zone: string,
  earliest: Temporal.Instant,
) {
  return Array.from({ length: 7 }, (_, d) => first.add({ days: d })).filter(
    (day) =>
      Temporal.PlainDate.compare(day, end) <= 0 && dayTimes(day, 1, 0, zone, earliest).length > 0,
  )
}

/** Wall times of one week, earliest first. */
function weekTimes(
  days: Temporal.PlainDate[],
  brief: SlotBrief,
  week: number,
  earliest: Temporal.Instant,
): string[] {
  if (days.length === 0) return []
  const wanted = Math.max(1, Math.round((brief.postsPerWeek * days.length) / 7))
  const times: string[] = []
  for (const [day, count] of spread(days, wanted))
    times.push(...dayTimes(day, count, week, brief.timeZone, earliest))
  return times.sort()
}

/** How many posts each day of a week gets: preferred days first, then a second round. */
function spread(days: Temporal.PlainDate[], wanted: number): Map<Temporal.PlainDate, number> {
  const preferred = [...days].sort(
    (a, b) => dayOrder.indexOf(a.dayOfWeek) - dayOrder.indexOf(b.dayOfWeek),
  )
  const counts = new Map<Temporal.PlainDate, number>()
  for (let i = 0; i < wanted; i += 1) {
    const day = preferred[i % preferred.length]!
    counts.set(day, (counts.get(day) ?? 0) + 1)
  }
  return counts
}

/** Up to `count` times on one day that are still to come, hours apart; which parts of the day come first changes from day to day. */
function dayTimes(
  day: Temporal.PlainDate,
  count: number,
  week: number,
  zone: string,
  earliest: Temporal.Instant,
): string[] {
  const parts = rotated(day.dayOfWeek > 5 ? weekend : workday, week + day.dayOfWeek)
  const times: string[] = []
  for (const variants of parts) {
    const open = rotated(variants, week + day.day)
      .map((time) =>
        day.toZonedDateTime({ timeZone: zone, plainTime: Temporal.PlainTime.from(time) }),
      )
      .find((at) => Temporal.Instant.compare(at.toInstant(), earliest) >= 0)
    if (open && times.length < count)
      times.push(open.toPlainDateTime().toString({ smallestUnit: 'minute' }))
  }
  return times
}

function rotated<T>(list: T[], by: number): T[] {
  const at = by % list.length
  return [...list.slice(at), ...list.slice(0, at)]
}

/** The slots that are not taken, counted anew. */
export function slotsWithout(slots: Slot[], taken: (slot: Slot) => boolean): Slot[] {
  const left = slots.filter((slot) => !taken(slot))
  const weeks = [...new Set(left.map((slot) => slot.week))]
  return left.map((slot, index) => ({ ...slot, week: weeks.indexOf(slot.week), index }))
}

/** The plan's weeks without themes: dates and number of posts, as the slots have them. */
export function weeksOf(
  brief: Pick<Brief, 'from' | 'to'>,
  slots: Slot[],
): Pick<Plan['weeks'][number], 'from' | 'to' | 'posts'>[] {
  const begin = Temporal.PlainDate.from(brief.from)
  const count = slots.length === 0 ? 0 : slots.at(-1)!.week + 1
  return Array.from({ length: count }, (_, week) => {
    const inWeek = slots.filter((s) => s.week === week)
    const days = begin.until(Temporal.PlainDate.from(inWeek[0]!.wallTime.slice(0, 10))).days
    const from = begin.add({ days: days - (days % 7) })
    const to = from.add({ days: 6 }).toString()
    return { from: from.toString(), to: to < brief.to ? to : brief.to, posts: inWeek.length }
  })
}
