import fc from 'fast-check'
import { Temporal } from 'temporal-polyfill'
import { describe, expect, test } from 'vitest'
import { planSlots, weeksOf } from '../../../core/writer/slots.ts'

const brief = { from: '2027-05-03', to: '2027-05-23', timeZone: 'Europe/Berlin', postsPerWeek: 3 }
const early = new Date('2027-01-01T00:00:00Z')

describe('the slots of a campaign', () => {
  test('give each week its posts on different days, by day, at waking hours', () => {
    const slots = planSlots(brief, early)
    expect(slots).toHaveLength(9)
    expect(slots.map((s) => s.index)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8])
    for (const week of [0, 1, 2]) {
      const days = slots.filter((s) => s.week === week).map((s) => s.wallTime.slice(0, 10))
      expect(new Set(days).size).toBe(3)
    }
    for (const { wallTime } of slots) expect(wallTime.slice(11)).toMatch(/^(0[89]|1\d):/)
    expect(new Set(slots.map((s) => s.wallTime.slice(11))).size).toBeGreaterThan(2)
  })

  test('with three posts a day lie at least two hours apart', () => {
    const slots = planSlots({ ...brief, postsPerWeek: 21 }, early)
    expect(slots).toHaveLength(63)
    const times = slots.map((s) => Date.parse(`${s.wallTime}Z`))
    for (let i = 1; i < times.length; i += 1)
      expect(times[i]! - times[i - 1]!).toBeGreaterThanOrEqual(2 * 3_600_000)
  })

  test('leave out what has passed, and keep the week’s share', () => {
    const slots = planSlots(brief, new Date('2027-05-13T10:00:00Z'))
    expect(slots[0]!.wallTime > '2027-05-13T13:00').toBe(true)
    expect(slots[0]!.week).toBe(0)
    expect(weeksOf(brief, slots)[0]).toMatchObject({ from: '2027-05-10', to: '2027-05-16' })
  })

  test('are none when the campaign is over', () => {
    expect(planSlots(brief, new Date('2027-06-01T00:00:00Z'))).toEqual([])
    expect(weeksOf(brief, [])).toEqual([])
  })

  test('of a campaign of one day are at least one', () => {
    expect(planSlots({ ...brief, to: brief.from, postsPerWeek: 1 }, early)).toHaveLength(1)
  })

  test('keep their wall time over a change of clocks', () => {
    const march = { ...brief, from: '2027-03-22', to: '2027-04-04', postsPerWeek: 7 }
    for (const { wallTime } of planSlots(march, early)) {
      const at = Temporal.PlainDateTime.from(wallTime).toZonedDateTime(brief.timeZone)
      expect(at.toPlainDateTime().toString({ smallestUnit: 'minute' })).toBe(wallTime)
    }
  })
})

test('slots are in order, inside the brief’s days, in the future, and as many as their weeks say', () => {
  const zones = fc.constantFrom(
    'Europe/Berlin',
    'America/New_York',
    'Pacific/Auckland',
    'Asia/Kathmandu',
  )
  const days = fc.integer({ min: 0, max: 90 })
  fc.assert(
    fc.property(
      zones,
      days,
      days,
      fc.integer({ min: 1, max: 21 }),
      (timeZone, start, length, postsPerWeek) => {
        const from = Temporal.PlainDate.from('2027-03-01').add({ days: start })
        const b = {
          from: from.toString(),
          to: from.add({ days: length }).toString(),
          timeZone,
          postsPerWeek,
        }
        const now = new Date('2027-03-28T12:34:56Z')
        const slots = planSlots(b, now)
        slots.forEach((slot, i) => {
          const at = Temporal.PlainDateTime.from(slot.wallTime).toZonedDateTime(timeZone)
          expect(at.epochMilliseconds).toBeGreaterThan(now.getTime())
          expect(slot.wallTime.slice(0, 10) >= b.from && slot.wallTime.slice(0, 10) <= b.to).toBe(
            true,
          )
          if (i > 0) expect(slot.wallTime > slots[i - 1]!.wallTime).toBe(true)
        })
        const weeks = weeksOf(b, slots)
        expect(weeks.reduce((sum, w) => sum + w.posts, 0)).toBe(slots.length)
        for (const week of weeks) expect(week.from <= week.to && week.to <= b.to).toBe(true)
      },
    ),
    { numRuns: 200 },
  )
})
