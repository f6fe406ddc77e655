import { describe, expect, it } from 'vitest'
import { ofMonth, waiting } from '../../../web/src/lib/publishing/calendar/arrange.ts'
import { whoGrants } from '../../../web/src/lib/platform/rights.ts'
import { choicesFor, outcomeOf } from '../../../web/src/lib/publishing/plans.ts'

const slot = { wallTime: '2026-11-26T09:00', timeZone: 'Europe/Berlin' }

describe('resuming after a hold', () => {
  it('says for each plan how many posts it is about, and when the first goes out', () => {
    const [slots, now, not] = choicesFor(3, slot)
    expect(slots).toMatchObject({ label: 'Move 3 posts to the next free slots' })
    expect(slots!.text).toContain('09:00')
    expect(now!.label).toBe('Send 3 posts now')
    expect(not!.label).toBe('Do not send 3 posts')
  })
  it('offers no slots where there are none', () => {
    const [slots, ...others] = choicesFor(1, null)
    expect(slots!.disabled).toBe(true)
    expect(others.every((c) => !c.disabled)).toBe(true)
  })
  it('says what was done, and what could not be', () => {
    expect(outcomeOf('next_slots', 0, 0)).toBe('Nothing was overdue.')
    expect(outcomeOf('send_now', 2, 0)).toBe('2 posts on the way.')
    expect(outcomeOf('cancel', 2, 0)).toBe('Sending of 2 posts cancelled.')
    expect(outcomeOf('next_slots', 2, 1)).toMatch(/^2 posts moved .* 1 post could not be/)
  })
})

describe('whom to ask', () => {
  it('is named, up to three of them', () => {
    expect(whoGrants([])).toMatch(/^Ask an owner/)
    expect(whoGrants(['Ada'])).toMatch(/^Ada can do it/)
    expect(whoGrants(['Ada', 'Bo', 'Cy', 'Di'])).toMatch(/^Ada, Bo or Cy can do it/)
  })
})

describe('what can be scheduled again with one press', () => {
  it('is approved and has a time to come', () => {
    const now = new Date('2026-11-24T12:00:00Z')
    const at = (shown: 'approved' | 'draft', publishAt: string | null) =>
      waiting({ shown, publishAt }, now)
    expect(at('approved', '2026-11-25T00:00:00Z')).toBe(true)
    expect(at('approved', '2026-11-24T00:00:00Z')).toBe(false)
    expect(at('approved', null)).toBe(false)
    expect(at('draft', '2026-11-25T00:00:00Z')).toBe(false)
  })
})

describe('a month as a list', () => {
  it('leaves out the days of its neighbours', () => {
    const days = new Map(['2026-10-31', '2026-11-01', '2026-12-01'].map((d) => [d, []]))
    expect([...ofMonth(days, '2026-11').keys()]).toEqual(['2026-11-01'])
  })
})
