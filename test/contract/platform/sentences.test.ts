import { describe, expect, it } from 'vitest'
import {
  catalogue,
  plain,
  sentence,
  type Catalogue,
  type Coded,
} from '#contract/platform/sentences.ts'
import { happened, happenings } from '#contract/posts/happened.ts'
import { because, refusals } from '#contract/posts/refusals.ts'

const samples = {
  text: 'mastodon.example',
  number: 2,
  zone: 'Europe/Berlin',
  instant: '2027-01-04T08:00:00.000Z',
  sentence: because('image_gone'),
}
type Any = Pick<Catalogue<never>, 'shapes' | 'say'>
const neutral = /no words for/

const example = (shape: Any['shapes'][string]): Coded['params'] =>
  Object.fromEntries(Object.entries(shape).map(([name, kind]) => [name, samples[kind]]))

const every = (
  [
    ['what happened', happenings],
    ['refusals', refusals],
  ] satisfies [string, Any][]
).flatMap(([name, { shapes, say }]) =>
  Object.entries(shapes).map(([code, shape]) => ({ name, code, shape, say })),
)

describe('a stored sentence', () => {
  it.each(every)('of $name reads as one: $code', ({ code, shape, say }) => {
    const said = say({ code, params: example(shape) })
    expect(said).toMatch(/^(?=.* ).+\.$/)
    expect(said).not.toMatch(/undefined|NaN|\[object|no words for/)
  })

  it.each(every.filter(({ shape }) => Object.keys(shape).length > 0))(
    'of $name is no sentence without its parameters, but breaks nothing: $code',
    ({ code, say }) => {
      expect(say({ code, params: {} })).toMatch(neutral)
      expect(say({ code, params: { host: 7, at: 'never', refusal: null } })).toMatch(neutral)
    },
  )

  it('that this version does not know is a neutral one, also within another', () => {
    const strange = { code: 'flown_away', params: { bird: 'heron' } }
    expect(happenings.say(strange)).toMatch(neutral)
    expect(happenings.say({ code: 'constructor', params: {} })).toMatch(neutral)
    const within = { code: 'refused_for_now', params: { refusal: strange } }
    expect(happenings.say(within)).toMatch(/no words for this|flown_away.*It is tried again\.$/)
  })

  it('keeps texts short, whoever gave them', () => {
    const long = because('silent', { host: 'x'.repeat(5_000) })
    expect(long.params.host).toHaveLength(300)
    expect(refusals.say(long)).toMatch(/^x{300} did not answer\.$/)
  })

  it('takes the parameters of its own code alone', () => {
    const small = catalogue({
      none: plain('Done.'),
      some: sentence({ n: 'number' }, () => 'Some.'),
    })
    // @ts-expect-error it has no parameters
    small.coded('none', { n: 1 })
    // @ts-expect-error it has one
    small.coded('some')
    // @ts-expect-error which is a number
    small.coded('some', { n: 'one' })
    // @ts-expect-error and no such code is there
    small.coded('other')
    expect(happened('missed', { minutes: 60 })).toEqual({
      code: 'missed',
      params: { minutes: 60 },
    })
  })
})
