import { CalendarDate } from '@internationalized/date'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { byDay } from '../../../web/src/lib/publishing/calendar/arrange.ts'
import {
  dayFrom,
  daysLater,
  daysOf,
  instantsOf,
  onDay,
  titleOf,
  turn,
} from '../../../web/src/lib/publishing/calendar/dates.ts'
import { instantOf, wallTimeAt } from '../../../web/src/lib/platform/time.ts'

const anyDay = fc
  .date({
    min: new Date('2020-01-01T00:00:00Z'),
    max: new Date('2035-12-31T00:00:00Z'),
    noInvalidDate: true,
  })
  .map((d) => new CalendarDate(d.getUTCFullYear(), d.getUTCMonth() + 1, d.getUTCDate()))
const anyZone = fc.constantFrom(
  'Europe/Berlin',
  'America/New_York',
  'Australia/Lord_Howe',
  'Asia/Kolkata',
  'UTC',
)
const tile = (publishAt: string) => ({ id: publishAt, publishAt }) as never

describe('the calendar', () => {
  it('shows whole weeks from Monday, with every day of the month among them', () => {
    fc.assert(
      fc.property(anyDay, (at) => {
        const days = daysOf('month', at).map(String)
        expect(days.length % 7).toBe(0)
        expect(new Date(`${days[0]}T00:00:00Z`).getUTCDay()).toBe(1)
        for (const day of daysOf('list', at)) expect(days).toContain(day.toString())
      }),
    )
  })
  it('asks for exactly its days, also when the clock is changed', () => {
    const week = daysOf('week', new CalendarDate(2026, 3, 29))
    expect(instantsOf(week, 'Europe/Berlin')).toEqual({
      from: '2026-03-22T23:00:00.000Z',
      to: '2026-03-29T22:00:00.000Z',
    })
  })
  it('puts every instant of its range on a day that it shows', () => {
    fc.assert(
      fc.property(
        anyDay,
        anyZone,
        fc.double({ min: 0, max: 0.999999, noNaN: true }),
        (at, zone, share) => {
          const days = daysOf('month', at)
          const { from, to } = instantsOf(days, zone)
          const start = Date.parse(from)
          const instant = new Date(start + share * (Date.parse(to) - start)).toISOString()
          const [day] = [...byDay([tile(instant)], zone).keys()]
          expect(days.map(String)).toContain(day)
        },
      ),
    )
  })
  it('keeps the time of day when a post is moved to another day, over clock changes and year ends', () => {
    fc.assert(
      fc.property(anyDay, fc.integer({ min: -400, max: 400 }), anyZone, (day, by, timeZone) => {
        const wallTime = daysLater(onDay('2026-01-01T09:00', day), by)
        expect(wallTimeAt(instantOf({ wallTime, timeZone }), timeZone)).toBe(wallTime)
        expect(wallTime.slice(11)).toBe('09:00')
      }),
    )
  })
  it('turns by months from the first, so that no month is passed over', () => {
    expect(turn('month', new CalendarDate(2026, 1, 31), 1).toString()).toBe('2026-02-01')
    expect(turn('week', new CalendarDate(2026, 12, 30), 1).toString()).toBe('2027-01-06')
  })
  it('names weeks that lie in two months', () => {
    expect(titleOf('week', new CalendarDate(2026, 4, 29))).toBe('27 Apr – 3 May 2026')
    expect(titleOf('month', new CalendarDate(2026, 5, 8))).toBe('May 2026')
  })
  it('shows today when the address holds no date', () => {
    expect(dayFrom('soon', 'UTC').toString()).toMatch(/^\d{4}-\d\d-\d\d$/)
  })
})
