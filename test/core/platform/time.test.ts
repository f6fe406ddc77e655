import { describe, expect, it } from 'vitest'
import { Problem } from '#contract/platform/problems.ts'
import { nextFree } from '../../../core/publishing/slots.ts'
import { resolveFuture, resolveWhen, whenAt } from '../../../core/platform/time.ts'

const berlin = 'Europe/Berlin'
const resolve = (wallTime: string, timeZone = berlin) => {
  const { publishAt, wallTime: wall, clocks } = resolveWhen({ wallTime, timeZone })
  return [publishAt.toISOString(), wall, clocks]
}

describe('a wall time in a zone', () => {
  it('is one instant on a plain day', () => {
    expect(resolve('2026-01-09T09:00')).toEqual([
      '2026-01-09T08:00:00.000Z',
      '2026-01-09T09:00',
      'plain',
    ])
    expect(resolve('2026-07-09T09:00')[0]).toBe('2026-07-09T07:00:00.000Z')
  })
  it('moves on by the jump when clocks skip it, and says which wall time that is', () => {
    expect(resolve('2026-03-29T02:30')).toEqual([
      '2026-03-29T01:30:00.000Z',
      '2026-03-29T03:30',
      'skipped',
    ])
  })
  it('means the first one when clocks repeat it', () => {
    expect(resolve('2026-10-25T02:30')).toEqual([
      '2026-10-25T00:30:00.000Z',
      '2026-10-25T02:30',
      'repeated',
    ])
  })
  it('follows zones whose clocks change by half an hour, or that skip a whole day', () => {
    expect(resolve('2026-10-04T02:15', 'Australia/Lord_Howe')).toEqual([
      '2026-10-03T15:45:00.000Z',
      '2026-10-04T02:45',
      'skipped',
    ])
    expect(resolve('2011-12-30T12:00', 'Pacific/Apia')[2]).toBe('skipped')
  })
  it('comes back from its instant unchanged, on every day of two years in zones around the world', () => {
    for (const zone of [berlin, 'America/New_York', 'Asia/Kolkata', 'Pacific/Auckland', 'UTC'])
      for (let day = 0; day < 730; day += 1) {
        const date = new Date(Date.UTC(2026, 0, 1 + day)).toISOString().slice(0, 10)
        const when = { wallTime: `${date}T12:34`, timeZone: zone }
        expect(whenAt(resolveWhen(when).publishAt, zone)).toEqual(when)
      }
  })
  it('is refused in the field’s own words when it is not in the calendar', () => {
    expect(() => resolve('2026-02-30T09:00')).toThrow('2026-02-30 09:00 is not in the calendar.')
    expect(() => resolve('2026-02-03T24:30')).toThrow('is not in the calendar')
  })
  it('is refused in the field’s own words when it has passed', () => {
    const now = new Date('2026-01-09T08:00:00Z')
    const past = { wallTime: '2026-01-09T09:00', timeZone: berlin }
    const refusal = () => resolveFuture(past, now)
    expect(refusal).toThrow(Problem)
    expect(refusal).toThrow(
      '2026-01-09 09:00 in Europe/Berlin has passed. It is 2026-01-09 09:00 there now.',
    )
    expect(resolveFuture({ ...past, wallTime: '2026-01-09T09:01' }, now).clocks).toBe('plain')
  })
})

describe('the next free slot', () => {
  const slots = [1, 2, 3, 4, 5].flatMap((weekday) =>
    ['09:00', '12:30'].map((time) => ({ weekday, time })),
  )
  const monday = new Date('2026-01-05T09:00:00Z')
  const next = (taken: string[], now = monday) =>
    nextFree(
      slots,
      berlin,
      now,
      taken.map((t) => Date.parse(t)),
    )?.wallTime

  it('is the next one of the week in the workspace’s zone', () => {
    expect(next([])).toBe('2026-01-05T12:30')
    expect(next([], new Date('2026-01-09T11:30:00Z'))).toBe('2026-01-12T09:00')
  })
  it('is not one that a post stands in, or nearly', () => {
    expect(next(['2026-01-05T11:30:00Z'])).toBe('2026-01-06T09:00')
    expect(next(['2026-01-05T11:37:00Z', '2026-01-06T08:00:00Z'])).toBe('2026-01-06T12:30')
  })
  it('is not kept from anybody by a post that stands well apart', () => {
    expect(next(['2026-01-05T11:00:00Z'])).toBe('2026-01-05T12:30')
  })
  it('lets one post take one slot only, where slots are close together', () => {
    const close = ['12:30', '12:40', '12:50'].map((time) => ({ weekday: 1, time }))
    const taken = [Date.parse('2026-01-05T11:30:00Z')]
    expect(nextFree(close, berlin, monday, taken)?.wallTime).toBe('2026-01-05T12:40')
  })
  it('keeps its wall time when clocks change', () => {
    const sunday = [{ weekday: 7, time: '02:30' }]
    expect(nextFree(sunday, berlin, new Date('2026-03-28T12:00:00Z'), [])?.wallTime).toBe(
      '2026-03-29T03:30',
    )
  })
  it('is nowhere when there are no slots', () => {
    expect(nextFree([], berlin, monday, [])).toBeNull()
  })
})
