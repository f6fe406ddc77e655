import { describe, expect, it } from 'vitest'
import type { Next } from '../../../activities/publishing/publish.ts'
import {
  askedMax,
  nextStep,
  unarmedMax,
  type Step,
  type Tries,
} from '../../../workflows/publishing/next-step.ts'

const now = Date.parse('2027-01-04T08:00:00Z')
const ask = (inMs: number): Next => ({ outcome: 'ask', at: new Date(now + inMs).toISOString() })
const again = (inMs: number): Next => ({ outcome: 'again', at: new Date(now + inMs).toISOString() })
const out: Next = { outcome: 'done', state: 'published' }

describe('what a delivery’s workflow does next', () => {
  it.each<[string, Next | null, Step]>([
    ['ends with the ledger’s word', out, { do: 'stop', state: 'published' }],
    ['asks the ledger at once when nobody answered', null, { do: 'reconcile', inMs: 0 }],
    ['asks the network at the instant it is told', ask(9_000), { do: 'reconcile', inMs: 9_000 }],
    ['asks at once when that instant has passed', ask(-9_000), { do: 'reconcile', inMs: 0 }],
    ['rings again at the instant it is told', again(9_000), { do: 'deliver', inMs: 9_000 }],
  ])('%s', (_, said, step) => {
    expect(nextStep(said, { unarmed: 1, asked: 0 }, now)).toEqual(step)
  })

  it('comes to an end, whatever it is told', () => {
    const words = [null, ask(60_000), again(-1)]
    // Digits of a number in base three say what is heard; after its last one the first word is heard for ever.
    for (let script = 0; script < 3 ** 9; script += 1) {
      const tries: Tries = { unarmed: 1, asked: 0 }
      let digits = script
      let step = nextStep(words[digits % 3]!, tries, now)
      while (step.do !== 'stop') {
        tries[step.do === 'deliver' ? 'unarmed' : 'asked'] += 1
        digits = Math.floor(digits / 3)
        step = nextStep(words[digits % 3]!, tries, now)
      }
      if (tries.unarmed > unarmedMax || tries.asked > askedMax)
        expect.fail(`script ${script} went on for too long: ${JSON.stringify(tries)}`)
    }
  })
})
