/** Times as people read them: wall time with the place whose clock it is. Never a time without its zone. */
import {
  fromDate,
  getLocalTimeZone,
  parseDateTime,
  toCalendarDateTime,
  toZoned,
  type ZonedDateTime,
} from '@internationalized/date'
import type { When } from '#contract/posts/post.ts'

const locale = 'en-GB'

/** `Europe/Berlin` -> `Berlin`, `America/Argentina/Buenos_Aires` -> `Buenos Aires`, `UTC` -> `UTC`. */
export const place = (zone: string): string => zone.split('/').at(-1)!.replaceAll('_', ' ')

/** The instant that a wall time means in its zone, DST included (a time in a gap moves forward). */
export const zonedOf = ({ wallTime, timeZone }: When): ZonedDateTime =>
  toZoned(parseDateTime(wallTime), timeZone)

export const instantOf = (when: When): Date => zonedOf(when).toDate()

/** Wall time of an instant in a zone, as `2026-05-12T09:00`. */
export const wallTimeAt = (instant: Date | string, timeZone: string): string =>
  toCalendarDateTime(fromDate(new Date(instant), timeZone))
    .toString()
    .slice(0, 16)

type Parts = Intl.DateTimeFormatOptions
const formats = new Map<string, Intl.DateTimeFormat>()
function format(date: Date, timeZone: string, parts: Parts): string {
  const key = timeZone + JSON.stringify(parts)
  let made = formats.get(key)
  if (!made) {
    made = new Intl.DateTimeFormat(locale, { timeZone, ...parts })
    formats.set(key, made)
  }
  return made.format(date)
}

const clockParts: Parts = { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' }

/** `09:00` without a place: only where the zone stands beside it. */
export const clock = (instant: Date | string, zone: string): string =>
  format(new Date(instant), zone, clockParts)

/** `Tue 12 May`, with the year when it is another than `now`'s. */
export function day(instant: Date | string, zone: string, now = new Date()): string {
  const date = new Date(instant)
  const year = format(date, zone, { year: 'numeric' })
  const text = format(date, zone, { weekday: 'short', day: 'numeric', month: 'short' })
  const plain = text.replace(',', '').replace('Sept', 'Sep')
  return year === format(now, zone, { year: 'numeric' }) ? plain : `${plain} ${year}`
}

/** `Tue 12 May, 09:00 Berlin`. */
export const moment = (instant: Date | string, zone: string, now = new Date()): string =>
  `${day(instant, zone, now)}, ${clock(instant, zone)} ${place(zone)}`

/** `09:00 Berlin`. */
export const clockIn = (instant: Date | string, zone: string): string =>
  `${clock(instant, zone)} ${place(zone)}`

/** `12 May 09:00:01`, for the ledger: the zone stands at its head. */
export function ledgerTime(instant: Date | string, zone: string): string {
  const date = new Date(instant)
  const text = format(date, zone, { day: 'numeric', month: 'short' }).replace('Sept', 'Sep')
  return `${text} ${format(date, zone, { ...clockParts, second: '2-digit' })}`
}

const steps: [Intl.RelativeTimeFormatUnit, number][] = [
  ['day', 86_400],
  ['hour', 3_600],
  ['minute', 60],
]
const relativeFormat = new Intl.RelativeTimeFormat('en', { numeric: 'auto' })

/** `in 2 hours`, `yesterday`, `just now`. Put the absolute time into the title. */
export function relative(instant: Date | string, now = new Date()): string {
  const seconds = (new Date(instant).getTime() - now.getTime()) / 1000
  const step = steps.find(([, size]) => Math.abs(seconds) >= size)
  if (!step) return seconds > 0 ? 'in a moment' : 'just now'
  return relativeFormat.format(Math.round(seconds / step[1]), step[0])
}

/** `0.02 s late`, `1 min 5 s late`, `on time` below 10 ms. */
export function lateness(ms: number): string {
  if (ms < 10) return 'on time'
  if (ms < 60_000) return `${(ms / 1000).toFixed(ms < 10_000 ? 2 : 0)} s late`
  return `${Math.floor(ms / 60_000)} min ${Math.round((ms % 60_000) / 1000)} s late`
}

/** Every zone this device knows, with `UTC`. */
export function zones(): string[] {
  const known = Intl.supportedValuesOf('timeZone')
  return known.includes('UTC') ? known : ['UTC', ...known]
}

export const localZone = (): string => getLocalTimeZone()
