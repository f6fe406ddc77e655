import { describe, expect, test } from 'vitest'
import type { Connection, Policy } from '../../llm/types.ts'
import { dialects } from '../support/mock-dialects.ts'
import { mockConnection, type Step } from '../support/mock-provider.ts'
import { type Reply, routerWorld } from '../support/router-world.ts'

const world = routerWorld()

describe('an answer', () => {
  test('comes with who gave it, under which terms, and what it cost', async () => {
    const prices = {
      currency: 'EUR',
      inputMicrosPerMillion: 2_000_000,
      outputMicrosPerMillion: 6_000_000,
      cachedInputMicrosPerMillion: 500_000,
    }
    const { value, provenance } = await world.router.answer(
      world.call({ connections: [mockConnection('a', world.first.url, { prices })] }),
    )
    expect(value).toEqual({ word: 'ready' })
    expect(provenance).toMatchObject({
      connectionId: 'a',
      provider: 'a',
      model: 'model-1',
      region: 'eu',
      retentionDays: 0,
      policyVersion: '1',
      writtenByModel: true,
      tokens: { input: 100, cachedInput: 0, output: 20 },
      cost: { micros: 320, currency: 'EUR' },
    })
    expect(provenance.attempts).toHaveLength(1)
  })

  test('tells the provider nothing about our machine', async () => {
    await world.router.answer(world.call())
    const { headers } = world.first.seen[0]!
    expect(Object.keys(headers).filter((h) => h.startsWith('x-stainless'))).toEqual([])
    expect(headers['user-agent']).toBe('PostAura')
    expect(headers.authorization).toBe('Bearer key-of-a')
  })

  test('from a server without keys goes without an authorization header', async () => {
    await world.router.answer(
      world.call({ connections: [mockConnection('a', world.first.url, { apiKey: '' })] }),
    )
    expect(world.first.seen[0]!.headers.authorization).toBeUndefined()
  })

  test('is asked for in the strict common subset and validated by us', async () => {
    await world.router.answer(world.call())
    const format = world.first.seen[0]!.body.response_format as unknown as {
      json_schema: { strict: boolean; schema: object }
    }
    expect(format.json_schema.strict).toBe(true)
    expect(format.json_schema.schema).toEqual({
      type: 'object',
      properties: { word: { type: 'string' } },
      required: ['word'],
      additionalProperties: false,
    })
  })

  test('inside a fence or prose is read all the same', async () => {
    world.first.script({ content: 'Here you are:\n```json\n{"word":"fenced"}\n```' })
    expect((await world.router.answer(world.call())).value.word).toBe('fenced')
  })
})

describe('the format', () => {
  const noSchema: Step = {
    status: 400,
    error: {
      error: {
        message: "'response_format.type' must be json_object; json_schema is not supported",
      },
    },
  }
  const noJson: Step = {
    status: 400,
    error: { error: { message: 'response_format is not supported by this model' } },
  }

  test('steps down where a server refuses it, tells the schema in words, and is remembered', async () => {
    world.first.script(noSchema, noJson, {})
    const { provenance } = await world.router.answer(world.call())
    expect(world.first.seen.map((s) => s.body.response_format?.type)).toEqual([
      'json_schema',
      'json_object',
      undefined,
    ])
    expect(world.first.seen[2]!.body.messages[0]!.content).toMatch(/JSON Schema/)
    expect(provenance.connectionId).toBe('a')
    await world.router.answer(world.call())
    expect(world.first.seen[3]!.body.response_format).toBeUndefined()
  })

  test('leaves out a temperature that a model does not take', async () => {
    world.first.script(
      {
        status: 400,
        error: {
          error: {
            message: "Unsupported value: 'temperature' does not support 0.7",
            param: 'temperature',
          },
        },
      },
      {},
    )
    await world.router.answer(world.call({ temperature: 0.7 }))
    expect(world.first.seen.map((s) => s.body.temperature)).toEqual([0.7, undefined])
  })

  test('names the output limit as the server wants it', async () => {
    world.first.script(
      {
        status: 400,
        error: {
          error: {
            message:
              "Unsupported parameter: 'max_tokens' is not supported with this model. Use 'max_completion_tokens' instead.",
          },
        },
      },
      {},
    )
    await world.router.answer(world.call())
    expect(world.first.seen[1]!.body).toMatchObject({ max_completion_tokens: 50 })
  })
})

describe('a wrong answer', () => {
  test('is repaired once, with its faults told to the model', async () => {
    world.first.script(
      { content: { word: 'far too long for this' } },
      { content: { word: 'short' } },
    )
    const { value, provenance } = await world.router.answer(world.call())
    expect(value.word).toBe('short')
    expect(world.first.seen).toHaveLength(2)
    expect(world.first.seen[1]!.body.messages.at(-1)!.content).toMatch(/word: /)
    expect(provenance.attempts.map((a) => a.outcome)).toEqual(['ok', 'repaired'])
  })

  test('twice means the next connection, never a third time', async () => {
    world.first.script({ content: 'no json at all' })
    const { provenance } = await world.router.answer(world.call())
    expect(world.first.seen).toHaveLength(2)
    expect(provenance.connectionId).toBe('b')
    expect(provenance.attempts.map((a) => a.outcome)).toEqual(['ok', 'schema_invalid', 'ok'])
  })

  test('that was cut by its length is asked for again with more room', async () => {
    world.first.script({ content: '{"word":"rea', finish: 'length' }, {})
    await world.router.answer(world.call())
    expect(world.first.seen.map((s) => s.body.max_tokens)).toEqual([50, 100])
  })

  test('by the caller’s own check costs one repair, then the better version is returned with its faults', async () => {
    world.first.script({ content: { word: 'bad' } }, { content: { word: 'worse' } })
    const check = (v: Reply) => (v.word === 'bad' ? ['one'] : ['one', 'two'])
    const answer = await world.router.answer(world.call({ check }))
    expect(answer).toMatchObject({ value: { word: 'bad' }, faults: ['one'] })
    expect(world.first.seen).toHaveLength(2)
  })
})

describe('order', () => {
  test('within equal rank the cheaper one comes first, an unknown price last', async () => {
    const price = (micros: number) => ({
      currency: 'EUR',
      inputMicrosPerMillion: micros,
      outputMicrosPerMillion: micros,
      cachedInputMicrosPerMillion: null,
    })
    const pick = async (connections: Connection[]) =>
      (await world.router.answer(world.call({ connections }))).provenance.connectionId
    expect(
      await pick([
        mockConnection('dear', world.first.url, { prices: price(9) }),
        mockConnection('cheap', world.second.url, { prices: price(1_000) }),
      ]),
    ).toBe('dear')
    expect(
      await pick([
        mockConnection('unknown', world.first.url),
        mockConnection('known', world.second.url, { prices: price(9_000_000) }),
      ]),
    ).toBe('known')
  })
})

describe('the starter writer', () => {
  const starter = (s: Policy['starter']): Policy => ({ version: '1', starter: s })

  test('stands in while nothing is switched on, and is never called a model', async () => {
    const { value, provenance } = await world.router.answer(
      world.call({ connections: [], policy: starter('when_none') }),
    )
    expect(value.word).toBe('rule greet')
    expect(provenance).toMatchObject({
      connectionId: 'starter',
      writtenByModel: false,
      region: 'self',
      cost: { micros: 0, currency: null },
      tokens: null,
    })
  })

  test('does not stand in for a failing provider unless the workspace says so', async () => {
    world.first.script(dialects.quota![0]!)
    const connections = [mockConnection('a', world.first.url)]
    expect(
      (await world.refusal(world.call({ connections, policy: starter('when_none') }))).kind,
    ).toBe('quota')
    const { provenance } = await world.router.answer(
      world.call({ connections, policy: starter('fallback') }),
    )
    expect(provenance).toMatchObject({ connectionId: 'starter', writtenByModel: false })
    expect(provenance.attempts).toHaveLength(1)
  })

  test('without it and without connections the error says that nothing is switched on', async () => {
    expect(await world.refusal(world.call({ connections: [] }))).toMatchObject({
      kind: 'not_configured',
      retryable: false,
    })
  })
})

describe('a test of a connection', () => {
  test('tells the mode, the model and the time, and sends nothing of the workspace', async () => {
    world.first.script({ model: 'model-1-2027' })
    expect(
      await world.router.test(mockConnection('a', world.first.url, { enabled: false })),
    ).toMatchObject({
      ok: true,
      structured: 'json_schema',
      model: 'model-1-2027',
    })
    expect(JSON.stringify(world.first.seen[0]!.body.messages)).not.toMatch(/Hello/)
  })

  test('says in a sentence what is wrong', async () => {
    world.first.script(dialects.credential![0]!)
    expect(await world.router.test(mockConnection('a', world.first.url))).toMatchObject({
      ok: false,
      failure: 'credential',
      message: 'The provider does not accept the key.',
    })
  })
})

test('a cancelled call ends as cancelled and asks nobody else', async () => {
  world.first.script({ delayMs: 300 })
  const abort = new AbortController()
  setTimeout(() => abort.abort(), 50)
  const error = await world.refusal(world.call({ signal: abort.signal }))
  expect(error.kind).toBe('cancelled')
  expect(world.second.seen).toHaveLength(0)
})
