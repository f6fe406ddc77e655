/** Days of the calendar, as pure functions over wall dates; the zone comes in only where an instant is needed. */
import {
  type CalendarDate,
  getDayOfWeek,
  parseDate,
  toZoned,
  toCalendarDateTime,
  today as todayIn,
} from '@internationalized/date'

export type View = 'month' | 'week' | 'list'
export const views: View[] = ['month', 'week', 'list']

export const months = [
  'January',
  'February',
  'March',
  'April',
  'May',
  'June',
  'July',
  'August',
  'September',
  'October',
  'November',
  'December',
]
export const weekdays = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun']

export const mondayOf = (day: CalendarDate): CalendarDate =>
  day.subtract({ days: getDayOfWeek(day, 'en-GB', 'mon') })

/** A date from the URL, or today in the zone when there is none that can be read. */
export function dayFrom(text: string | null, zone: string): CalendarDate {
  try {
    return parseDate(text ?? '')
  } catch {
    return todayIn(zone)
  }
}

/** The days a view shows: whole weeks for month and week, the month's own days for the list. */
export function daysOf(view: View, at: CalendarDate): CalendarDate[] {
  const first = at.set({ day: 1 })
  const last = first.add({ months: 1 }).subtract({ days: 1 })
  if (view === 'week') return span(mondayOf(at), mondayOf(at).add({ days: 6 }))
  if (view === 'list') return span(first, last)
  return span(mondayOf(first), mondayOf(last).add({ days: 6 }))
}

function span(from: CalendarDate, to: CalendarDate): CalendarDate[] {
  const days: CalendarDate[] = []
  for (let day = from; day.compare(to) <= 0; day = day.add({ days: 1 })) days.push(day)
  return days
}

/** First instant of the first day and first instant after the last, in the zone; days of 23 or 25 hours come out right. */
export function instantsOf(days: CalendarDate[], zone: string): { from: string; to: string } {
  const start = (day: CalendarDate) => toZoned(toCalendarDateTime(day), zone).toDate().toISOString()
  return { from: start(days[0]!), to: start(days.at(-1)!.add({ days: 1 })) }
}

/** The day before or after in steps of the view. */
export const turn = (view: View, at: CalendarDate, by: 1 | -1): CalendarDate =>
  view === 'week' ? at.add({ weeks: by }) : at.set({ day: 1 }).add({ months: by })

export function titleOf(view: View, at: CalendarDate): string {
  if (view !== 'week') return `${months[at.month - 1]} ${at.year}`
  const [from, to] = [mondayOf(at), mondayOf(at).add({ days: 6 })]
  const short = (d: CalendarDate) => months[d.month - 1]!.slice(0, 3)
  const left = from.month === to.month ? `${from.day}` : `${from.day} ${short(from)}`
  return `${left} – ${to.day} ${short(to)} ${to.year}`
}

/** `Tuesday 12 May`, for people who hear the calendar. */
export function dayName(day: CalendarDate): string {
  const names = ['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday']
  return `${names[getDayOfWeek(day, 'en-GB', 'mon')]} ${day.day} ${months[day.month - 1]}`
}

/** A wall time on another day: the time of day stays. */
export const onDay = (wallTime: string, day: CalendarDate): string =>
  `${day.toString()}T${wallTime.slice(11)}`

/** A wall time some days later or earlier: the time of day stays. */
export const daysLater = (wallTime: string, days: number): string =>
  onDay(wallTime, parseDate(wallTime.slice(0, 10)).add({ days }))
