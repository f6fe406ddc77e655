/** What may be done with a content, given all that was armed before. */
import { describe, expect, it } from 'vitest'
import type { Outcome } from '../../../core/publishing/models/attempt.ts'
import { planFor, type Plan, type SentBefore } from '../../../core/publishing/sent-before.ts'

const now = new Date('2026-11-24T09:00:00Z')
const minutes = (n: number) => n * 60_000
const ago = (n: number) => new Date(now.getTime() - minutes(n))
const lateMs = minutes(15)

const content = (
  hash: string,
  armed: number,
  ...outcomes: [Outcome | null, string?][]
): SentBefore => ({
  number: 1,
  contentVersion: 1,
  contentHash: hash,
  armedAt: ago(armed),
  frozen: { payload: hash, handle: null },
  attempts: outcomes.map(([outcome, reason = null]) => ({ outcome, reason, armedAt: ago(armed) })),
})
const said = (plan: Plan): string =>
  plan.do === 'repeat' && plan.proof ? 'repeat with proof' : plan.do

/** How the content stood: when it was armed (minutes ago), what became of it; then what is done, by how long the server keeps keys. */
type Row = [what: string, before: SentBefore[], always: string, hour: string, never: string]

const same: Row[] = [
  ['never armed', [], 'compose', 'compose', 'compose'],
  ['without an answer', [content('a', 1, ['ambiguous'])], 'repeat', 'repeat', 'wait'],
  ['whose attempt was never heard of again', [content('a', 1, [null])], 'repeat', 'repeat', 'wait'],
  ['not listed', [content('a', 1, ['unlisted'])], 'repeat', 'repeat', 'wait'],
  [
    'not listed for long',
    [content('a', 20, ['unlisted'])],
    'repeat',
    'repeat',
    'repeat with proof',
  ],
  [
    'older than the keys',
    [content('a', 70, ['unlisted'])],
    'repeat',
    'repeat with proof',
    'repeat with proof',
  ],
  ['proven absent', [content('a', 1, ['absent'])], 'repeat', 'repeat', 'repeat'],
  ['given up before its first byte', [content('a', 1, ['unsent'])], 'repeat', 'repeat', 'repeat'],
  ['asked to wait', [content('a', 1, ['refused', 'rate_limited'])], 'repeat', 'repeat', 'repeat'],
  ['refused', [content('a', 1, ['refused', 'media_refused'])], 'compose', 'compose', 'compose'],
  ['taken down', [content('a', 1, ['taken_down'])], 'compose', 'compose', 'compose'],
  ['sent again by a person', [content('a', 1, ['given_up'])], 'repeat', 'repeat', 'repeat'],
]
const changed: Row[] = [
  ['refused', [content('b', 1, ['refused', 'content_refused'])], 'compose', 'compose', 'compose'],
  ['proven absent', [content('b', 1, ['absent'])], 'compose', 'compose', 'compose'],
  ['without an answer', [content('b', 1, ['ambiguous'])], 'wait', 'wait', 'wait'],
  ['not listed for long', [content('b', 20, ['unlisted'])], 'replace', 'wait', 'replace'],
  ['older than the keys', [content('b', 70, ['unlisted'])], 'replace', 'replace', 'replace'],
  [
    'beside an older one without an answer',
    [content('c', 20, ['ambiguous']), content('b', 10, ['refused'])],
    'replace',
    'wait',
    'replace',
  ],
]

const check = ([, before, always, hour, never]: Row) => {
  const windows = [Infinity, minutes(60), 0]
  const plans = windows.map((dedupeMs) => said(planFor('a', before, { dedupeMs, lateMs }, now)))
  expect(plans).toEqual([always, hour, never])
}

describe('the same content again', () => {
  it.each(same)('when it is %s', (...row) => check(row))

  it('keeps its bytes', () => {
    const before = content('a', 1, ['unlisted'])
    const plan = planFor('a', [before], { dedupeMs: Infinity, lateMs }, now)
    expect(plan).toMatchObject({ do: 'repeat', content: before })
  })
})

describe('a changed content', () => {
  it.each(changed)('when the earlier one is %s', (...row) => check(row))

  it('waits until the earlier one cannot arrive any more', () => {
    const plan = planFor(
      'a',
      [content('b', 1, ['ambiguous'])],
      { dedupeMs: minutes(60), lateMs },
      now,
    )
    expect(plan).toEqual({ do: 'wait', until: new Date(ago(1).getTime() + minutes(60)) })
  })
})
