import { describe, expect, test } from 'vitest'
import { addCosts, costOf, tokensFrom } from '../../llm/cost.ts'
import { retryAfterMs } from '../../llm/failures.ts'

const prices = {
  currency: 'USD',
  inputMicrosPerMillion: 1_000_000,
  cachedInputMicrosPerMillion: 100_000,
  outputMicrosPerMillion: 4_000_000,
}

describe('tokens fall into buckets that do not overlap', () => {
  test.each([
    [
      'plain',
      { prompt_tokens: 1000, completion_tokens: 200 },
      { input: 1000, cachedInput: 0, cacheWrite: 0, output: 200, reasoning: 0 },
      1800,
    ],
    [
      'cached input is part of the total',
      {
        prompt_tokens: 1000,
        completion_tokens: 200,
        prompt_tokens_details: { cached_tokens: 800 },
      },
      { input: 200, cachedInput: 800, cacheWrite: 0, output: 200, reasoning: 0 },
      1080,
    ],
    [
      'reasoning is part of the output',
      {
        prompt_tokens: 1000,
        completion_tokens: 900,
        completion_tokens_details: { reasoning_tokens: 700 },
      },
      { input: 1000, cachedInput: 0, cacheWrite: 0, output: 900, reasoning: 700 },
      4600,
    ],
    [
      'DeepSeek’s name for cached input',
      { prompt_tokens: 1000, completion_tokens: 0, prompt_cache_hit_tokens: 1000 },
      { input: 0, cachedInput: 1000, cacheWrite: 0, output: 0, reasoning: 0 },
      100,
    ],
  ])('%s', (_, usage, tokens, micros) => {
    expect(tokensFrom(usage)).toEqual(tokens)
    expect(costOf(tokensFrom(usage), prices)).toEqual({ micros, currency: 'USD' })
  })

  test.each([
    ['no usage', undefined],
    [
      'more cached than there was',
      { prompt_tokens: 10, completion_tokens: 1, prompt_tokens_details: { cached_tokens: 20 } },
    ],
    ['a missing total', { completion_tokens: 5 }],
    ['nulls', { prompt_tokens: null, completion_tokens: null }],
  ])('%s is unknown, not zero', (_, usage) => {
    expect(tokensFrom(usage)).toBeNull()
    expect(costOf(tokensFrom(usage), prices).micros).toBeNull()
  })
})

test('an unknown price is null, never free', () => {
  const tokens = { input: 10, cachedInput: 5, cacheWrite: 0, output: 1, reasoning: 0 }
  expect(costOf(tokens, null)).toEqual({ micros: null, currency: null })
  expect(costOf(tokens, { ...prices, cachedInputMicrosPerMillion: null }).micros).toBeNull()
  expect(
    costOf({ ...tokens, cachedInput: 0 }, { ...prices, cachedInputMicrosPerMillion: null }).micros,
  ).toBe(14)
  expect(costOf({ ...tokens, cacheWrite: 1 }, prices).micros).toBeNull()
})

test('a sum with an unknown part is unknown, and two currencies have none', () => {
  const eur = { micros: 5, currency: 'EUR' }
  expect(addCosts([eur, eur, { micros: 0, currency: null }])).toEqual({
    micros: 10,
    currency: 'EUR',
  })
  expect(addCosts([eur, { micros: null, currency: null }]).micros).toBeNull()
  expect(addCosts([eur, { micros: 5, currency: 'USD' }]).micros).toBeNull()
})

test('Retry-After is read in seconds, milliseconds and dates', () => {
  const now = new Date('2027-03-01T00:00:00Z')
  const read = (headers: Record<string, string>) => retryAfterMs(new Headers(headers), now)
  expect(read({ 'retry-after': '2' })).toBe(2000)
  expect(read({ 'retry-after-ms': '150' })).toBe(150)
  expect(read({ 'retry-after': 'Mon, 01 Mar 2027 00:00:10 GMT' })).toBe(10_000)
  expect(read({ 'retry-after': 'soon' })).toBeNull()
  expect(read({})).toBeNull()
})
