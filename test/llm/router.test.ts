import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { z } from 'zod'
import { RouterError } from '../../llm/errors.ts'
import { createRouter } from '../../llm/router.ts'
import type { Connection, ModelCall, Policy, Router } from '../../llm/types.ts'
import { type MockProvider, type Step, dialects, mockConnection, startMockProvider } from '../support/mock-provider.ts'

const Reply = z.object({ word: z.string().min(1).max(10) })
type Reply = z.infer<typeof Reply>
const open: Policy = { version: '1', starter: 'never' }

let first: MockProvider
let second: MockProvider
let time = 0
let slept: number[] = []
let router: Router

beforeAll(async () => {
  first = await startMockProvider()
  second = await startMockProvider()
})
afterAll(async () => {
  await first[Symbol.asyncDispose]()
  await second[Symbol.asyncDispose]()
})
beforeEach(() => {
  for (const provider of [first, second]) {
    provider.seen.length = 0
    provider.script({})
  }
  time = Date.parse('2027-03-01T00:00:00Z')
  slept = []
  router = createRouter({
    fetch,
    now: () => new Date(time),
    random: () => 0.5,
    starter: (task) => ({ word: `rule ${task}`.slice(0, 10) }),
    sleep: async (ms) => {
      slept.push(ms)
      time += ms
    },
  })
})

function call(change: Partial<ModelCall<Reply>> = {}): ModelCall<Reply> {
  const connections = [mockConnection('a', first.url, { rank: 1 }), mockConnection('b', second.url, { rank: 2 })]
  return { task: 'greet', input: {}, messages: [{ role: 'user', content: 'Hello' }], schema: Reply, connections, policy: open, maxOutputTokens: 50, ...change }
}
const refusal = async (c: ModelCall<Reply>): Promise<RouterError> => {
  const error = await router.answer(c).catch((e: unknown) => e)
  expect(error).toBeInstanceOf(RouterError)
  return error as RouterError
}

describe('an answer', () => {
  test('comes with who gave it, under which terms, and what it cost', async () => {
    const prices = { currency: 'EUR', inputMicrosPerMillion: 2_000_000, outputMicrosPerMillion: 6_000_000, cachedInputMicrosPerMillion: 500_000 }
    const { value, provenance } = await router.answer(call({ connections: [mockConnection('a', first.url, { prices })] }))
    expect(value).toEqual({ word: 'ready' })
    expect(provenance).toMatchObject({
      connectionId: 'a', provider: 'a', model: 'model-1', region: 'eu', retentionDays: 0, policyVersion: '1', writtenByModel: true,
      tokens: { input: 100, cachedInput: 0, output: 20 }, cost: { micros: 320, currency: 'EUR' },
    })
    expect(provenance.attempts).toHaveLength(1)
  })

  test('tells the provider nothing about our machine', async () => {
    await router.answer(call())
    const { headers } = first.seen[0]!
    expect(Object.keys(headers).filter((h) => h.startsWith('x-stainless'))).toEqual([])
    expect(headers['user-agent']).toBe('PostAura')
    expect(headers.authorization).toBe('Bearer key-of-a')
  })

  test('from a server without keys goes without an authorization header', async () => {
    await router.answer(call({ connections: [mockConnection('a', first.url, { apiKey: '' })] }))
    expect(first.seen[0]!.headers.authorization).toBeUndefined()
  })

  test('is asked for in the strict common subset and validated by us', async () => {
    await router.answer(call())
    const format = first.seen[0]!.body.response_format as unknown as { json_schema: { strict: boolean; schema: object } }
    expect(format.json_schema.strict).toBe(true)
    expect(format.json_schema.schema).toEqual({ type: 'object', properties: { word: { type: 'string' } }, required: ['word'], additionalProperties: false })
  })

  test('inside a fence or prose is read all the same', async () => {
    first.script({ content: 'Here you are:\n```json\n{"word":"fenced"}\n```' })
    expect((await router.answer(call())).value.word).toBe('fenced')
  })
})

describe('the format', () => {
  const noSchema: Step = { status: 400, error: { error: { message: "'response_format.type' must be json_object; json_schema is not supported" } } }
  const noJson: Step = { status: 400, error: { error: { message: 'response_format is not supported by this model' } } }

  test('steps down where a server refuses it, tells the schema in words, and is remembered', async () => {
    first.script(noSchema, noJson, {})
    const { provenance } = await router.answer(call())
    expect(first.seen.map((s) => s.body.response_format?.type)).toEqual(['json_schema', 'json_object', undefined])
    expect(first.seen[2]!.body.messages[0]!.content).toMatch(/JSON Schema/)
    expect(provenance.connectionId).toBe('a')
    await router.answer(call())
    expect(first.seen[3]!.body.response_format).toBeUndefined()
  })

  test('leaves out a temperature that a model does not take', async () => {
    first.script({ status: 400, error: { error: { message: "Unsupported value: 'temperature' does not support 0.7", param: 'temperature' } } }, {})
    await router.answer(call({ temperature: 0.7 }))
    expect(first.seen.map((s) => s.body.temperature)).toEqual([0.7, undefined])
  })

  test('names the output limit as the server wants it', async () => {
    first.script({ status: 400, error: { error: { message: "Unsupported parameter: 'max_tokens' is not supported with this model. Use 'max_completion_tokens' instead." } } }, {})
    await router.answer(call())
    expect(first.seen[1]!.body).toMatchObject({ max_completion_tokens: 50 })
  })
})

describe('a wrong answer', () => {
  test('is repaired once, with its faults told to the model', async () => {
    first.script({ content: { word: 'far too long for this' } }, { content: { word: 'short' } })
    const { value, provenance } = await router.answer(call())
    expect(value.word).toBe('short')
    expect(first.seen).toHaveLength(2)
    expect(first.seen[1]!.body.messages.at(-1)!.content).toMatch(/word: /)
    expect(provenance.attempts.map((a) => a.outcome)).toEqual(['ok', 'repaired'])
  })

  test('twice means the next connection, never a third time', async () => {
    first.script({ content: 'no json at all' })
    const { provenance } = await router.answer(call())
    expect(first.seen).toHaveLength(2)
    expect(provenance.connectionId).toBe('b')
    expect(provenance.attempts.map((a) => a.outcome)).toEqual(['ok', 'schema_invalid', 'ok'])
  })

  test('that was cut by its length is asked for again with more room', async () => {
    first.script({ content: '{"word":"rea', finish: 'length' }, {})
    await router.answer(call())
    expect(first.seen.map((s) => s.body.max_tokens)).toEqual([50, 100])
  })

  test('by the caller’s own check costs one repair, then the better version is returned with its faults', async () => {
    first.script({ content: { word: 'bad' } }, { content: { word: 'worse' } })
    const check = (v: Reply) => (v.word === 'bad' ? ['one'] : ['one', 'two'])
    const answer = await router.answer(call({ check }))
    expect(answer).toMatchObject({ value: { word: 'bad' }, faults: ['one'] })
    expect(first.seen).toHaveLength(2)
  })
})

describe('each class of failure', () => {
  const elsewhere = ['rate_limited', 'quota', 'credential', 'model_gone', 'model_access', 'region_blocked', 'context_length', 'overloaded', 'server_error', 'timeout', 'cut']
  const stops = ['caller_fault', 'content_policy']
  const cases = (names: string[]) => names.flatMap((name) => dialects[name]!.map((step, i) => [name, i, step] as const))

  test.each(cases(elsewhere))('%s (dialect %i) is recognised and another connection answers', async (kind, _i, step) => {
    first.script(step)
    const { provenance } = await router.answer(call())
    expect(provenance.connectionId).toBe('b')
    expect(provenance.attempts[0]!.outcome).toBe(kind)
  })

  test.each(cases(stops))('%s (dialect %i) stops the call: nobody else is asked', async (kind, _i, step) => {
    first.script(step)
    const error = await refusal(call())
    expect(error).toMatchObject({ kind, retryable: false })
    expect(second.seen).toHaveLength(0)
  })

  test('a refusal on grounds of content goes elsewhere only where the workspace allows it', async () => {
    first.script({ content: null, refusal: 'No.' })
    const { provenance } = await router.answer(call({ policy: { ...open, fallBackOnRefusal: true } }))
    expect(provenance.connectionId).toBe('b')
  })

  test('a server that is not there is unreachable, and costs nothing', async () => {
    const { provenance } = await router.answer(call({ connections: [mockConnection('a', 'http://127.0.0.1:9/v1', { rank: 1 }), mockConnection('b', second.url, { rank: 2 })] }))
    expect(provenance.attempts.map((a) => a.outcome)).toEqual(['unreachable', 'unreachable', 'ok'])
    expect(provenance.attempts[0]!.cost.micros).toBe(0)
  })

  test('one that is too slow times out; what it may have charged is unknown', async () => {
    first.script({ delayMs: 500 })
    const { provenance } = await router.answer(call({ connections: [mockConnection('a', first.url, { rank: 1, timeoutMs: 50 }), mockConnection('b', second.url, { rank: 2 })] }))
    expect(provenance.attempts[0]).toMatchObject({ outcome: 'timeout', tokens: null, cost: { micros: null } })
    expect(provenance.cost.micros).toBeNull()
  })
})

describe('waiting', () => {
  const limited = (after: string): Step => ({ ...dialects.rate_limited![0]!, headers: { 'retry-after': after } })

  test('a short Retry-After is waited for at the same connection', async () => {
    first.script(limited('1'), {})
    const { provenance } = await router.answer(call())
    expect(slept).toEqual([1000])
    expect(provenance.connectionId).toBe('a')
  })

  test('a long one means another connection', async () => {
    first.script(limited('30'))
    expect((await router.answer(call())).provenance.connectionId).toBe('b')
    expect(slept).toEqual([])
  })

  test('with nobody else, Temporal is told how long to wait', async () => {
    first.script(limited('30'))
    const error = await refusal(call({ connections: [mockConnection('a', first.url)] }))
    expect(error.retryable).toBe(true)
    expect(error.retryAfterMs).toBeGreaterThanOrEqual(30_000)
  })

  test('a fault that only a person can mend is not handed back for waiting', async () => {
    first.script(dialects.credential![0]!)
    const error = await refusal(call({ connections: [mockConnection('a', first.url)] }))
    expect(error).toMatchObject({ kind: 'credential', retryable: false, retryAfterMs: null })
  })

  test('one deadline holds for everything together', async () => {
    first.script(dialects.server_error![0]!)
    const before = time
    await refusal(call({ deadlineMs: 100, connections: [mockConnection('a', first.url)] }))
    expect(time - before).toBeLessThanOrEqual(100)
  })

  test('the error is the first connection’s, with every attempt', async () => {
    first.script(dialects.quota![0]!)
    second.script(dialects.server_error![0]!)
    const error = await refusal(call())
    expect(error.kind).toBe('quota')
    expect(error.attempts.map((a) => a.connectionId)).toEqual(['a', 'b', 'b'])
    expect(error.retryable).toBe(true)
  })
})

describe('health', () => {
  const down = dialects.server_error![0]!

  test('a failed connection rests, is then probed once, and is back when the probe succeeds', async () => {
    first.script(down)
    await router.answer(call())
    const before = first.seen.length
    await router.answer(call())
    expect(first.seen).toHaveLength(before)
    time += 6_000
    first.script({})
    expect((await router.answer(call())).provenance.connectionId).toBe('a')
  })

  test('rests grow with each failure', async () => {
    first.script(down)
    const only = call({ connections: [mockConnection('a', first.url)] })
    const delays: number[] = []
    for (let i = 0; i < 3; i += 1) {
      await refusal(only)
      delays.push((await refusal(only)).retryAfterMs!)
      time += delays.at(-1)!
    }
    expect(delays[1]!).toBeGreaterThan(delays[0]! * 1.5)
    expect(delays[2]!).toBeGreaterThan(delays[1]! * 1.5)
  })

  test('only one of many callers probes', async () => {
    first.script(down)
    await router.answer(call())
    time += 6_000
    first.seen.length = 0
    first.script({ delayMs: 50 })
    await Promise.all([1, 2, 3, 4].map(() => router.answer(call())))
    expect(first.seen).toHaveLength(1)
  })

  test('a changed key starts afresh', async () => {
    first.script(dialects.credential![0]!)
    await router.answer(call())
    first.script({})
    const mended = [mockConnection('a', first.url, { rank: 1, revision: 2 }), mockConnection('b', second.url, { rank: 2 })]
    expect((await router.answer(call({ connections: mended }))).provenance.connectionId).toBe('a')
  })

  test('a connection’s own rate is kept: the next one takes over', async () => {
    const connections = [mockConnection('a', first.url, { rank: 1, requestsPerMinute: 2 }), mockConnection('b', second.url, { rank: 2 })]
    const order: string[] = []
    for (let i = 0; i < 3; i += 1) order.push((await router.answer(call({ connections }))).provenance.connectionId)
    expect(order).toEqual(['a', 'a', 'b'])
  })
})

describe('order', () => {
  test('within equal rank the cheaper one comes first, an unknown price last', async () => {
    const price = (micros: number) => ({ currency: 'EUR', inputMicrosPerMillion: micros, outputMicrosPerMillion: micros, cachedInputMicrosPerMillion: null })
    const pick = async (connections: Connection[]) => (await router.answer(call({ connections }))).provenance.connectionId
    expect(await pick([mockConnection('dear', first.url, { prices: price(9) }), mockConnection('cheap', second.url, { prices: price(1_000) })])).toBe('dear')
    expect(await pick([mockConnection('unknown', first.url), mockConnection('known', second.url, { prices: price(9_000_000) })])).toBe('known')
  })
})

describe('the starter writer', () => {
  const starter = (s: Policy['starter']): Policy => ({ version: '1', starter: s })

  test('stands in while nothing is switched on, and is never called a model', async () => {
    const { value, provenance } = await router.answer(call({ connections: [], policy: starter('when_none') }))
    expect(value.word).toBe('rule greet')
    expect(provenance).toMatchObject({ connectionId: 'starter', writtenByModel: false, region: 'self', cost: { micros: 0, currency: null }, tokens: null })
  })

  test('does not stand in for a failing provider unless the workspace says so', async () => {
    first.script(dialects.quota![0]!)
    const connections = [mockConnection('a', first.url)]
    expect((await refusal(call({ connections, policy: starter('when_none') }))).kind).toBe('quota')
    const { provenance } = await router.answer(call({ connections, policy: starter('fallback') }))
    expect(provenance).toMatchObject({ connectionId: 'starter', writtenByModel: false })
    expect(provenance.attempts).toHaveLength(1)
  })

  test('without it and without connections the error says that nothing is switched on', async () => {
    expect(await refusal(call({ connections: [] }))).toMatchObject({ kind: 'not_configured', retryable: false })
  })
})

describe('a test of a connection', () => {
  test('tells the mode, the model and the time, and sends nothing of the workspace', async () => {
    first.script({ model: 'model-1-2027' })
    expect(await router.test(mockConnection('a', first.url, { enabled: false }))).toMatchObject({ ok: true, structured: 'json_schema', model: 'model-1-2027' })
    expect(JSON.stringify(first.seen[0]!.body.messages)).not.toMatch(/Hello/)
  })

  test('says in a sentence what is wrong', async () => {
    first.script(dialects.credential![0]!)
    expect(await router.test(mockConnection('a', first.url))).toMatchObject({ ok: false, failure: 'credential', message: 'The provider does not accept the key.' })
  })
})

test('a cancelled call ends as cancelled and asks nobody else', async () => {
  first.script({ delayMs: 300 })
  const abort = new AbortController()
  setTimeout(() => abort.abort(), 50)
  const error = await refusal(call({ signal: abort.signal }))
  expect(error.kind).toBe('cancelled')
  expect(second.seen).toHaveLength(0)
})
