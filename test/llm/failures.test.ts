import { describe, expect, test } from 'vitest'
import { dialects } from '../support/mock-dialects.ts'
import { mockConnection, type Step } from '../support/mock-provider.ts'
import { routerWorld } from '../support/router-world.ts'

const world = routerWorld()

describe('each class of failure', () => {
  const elsewhere = [
    'rate_limited',
    'quota',
    'credential',
    'model_gone',
    'model_access',
    'region_blocked',
    'context_length',
    'overloaded',
    'server_error',
    'timeout',
    'cut',
  ]
  const stops = ['caller_fault', 'content_policy']
  const cases = (names: string[]) =>
    names.flatMap((name) => dialects[name]!.map((step, i) => [name, i, step] as const))

  test.each(cases(elsewhere))(
    '%s (dialect %i) is recognised and another connection answers',
    async (kind, _i, step) => {
      world.first.script(step)
      const { provenance } = await world.router.answer(world.call())
      expect(provenance.connectionId).toBe('b')
      expect(provenance.attempts[0]!.outcome).toBe(kind)
    },
  )

  test.each(cases(stops))(
    '%s (dialect %i) stops the call: nobody else is asked',
    async (kind, _i, step) => {
      world.first.script(step)
      const error = await world.refusal(world.call())
      expect(error).toMatchObject({ kind, retryable: false })
      expect(world.second.seen).toHaveLength(0)
    },
  )

  test('a refusal on grounds of content goes elsewhere only where the workspace allows it', async () => {
    world.first.script({ content: null, refusal: 'No.' })
    const { provenance } = await world.router.answer(
      world.call({ policy: { version: '1', starter: 'never', fallBackOnRefusal: true } }),
    )
    expect(provenance.connectionId).toBe('b')
  })

  test('a server that is not there is unreachable, and costs nothing', async () => {
    const { provenance } = await world.router.answer(
      world.call({
        connections: [
          mockConnection('a', 'http://127.0.0.1:9/v1', { rank: 1 }),
          mockConnection('b', world.second.url, { rank: 2 }),
        ],
      }),
    )
    expect(provenance.attempts.map((a) => a.outcome)).toEqual(['unreachable', 'unreachable', 'ok'])
    expect(provenance.attempts[0]!.cost.micros).toBe(0)
  })

  test('one that is too slow times out; what it may have charged is unknown', async () => {
    world.first.script({ delayMs: 500 })
    const { provenance } = await world.router.answer(
      world.call({
        connections: [
          mockConnection('a', world.first.url, { rank: 1, timeoutMs: 50 }),
          mockConnection('b', world.second.url, { rank: 2 }),
        ],
      }),
    )
    expect(provenance.attempts[0]).toMatchObject({
      outcome: 'timeout',
      tokens: null,
      cost: { micros: null },
    })
    expect(provenance.cost.micros).toBeNull()
  })
})

describe('waiting', () => {
  const limited = (after: string): Step => ({
    ...dialects.rate_limited![0]!,
    headers: { 'retry-after': after },
  })

  test('a short Retry-After is waited for at the same connection', async () => {
    world.first.script(limited('1'), {})
    const { provenance } = await world.router.answer(world.call())
    expect(world.slept).toEqual([1000])
    expect(provenance.connectionId).toBe('a')
  })

  test('a long one means another connection', async () => {
    world.first.script(limited('30'))
    expect((await world.router.answer(world.call())).provenance.connectionId).toBe('b')
    expect(world.slept).toEqual([])
  })

  test('with nobody else, Temporal is told how long to wait', async () => {
    world.first.script(limited('30'))
    const error = await world.refusal(
      world.call({ connections: [mockConnection('a', world.first.url)] }),
    )
    expect(error.retryable).toBe(true)
    expect(error.retryAfterMs).toBeGreaterThanOrEqual(30_000)
  })

  test('a fault that only a person can mend is not handed back for waiting', async () => {
    world.first.script(dialects.credential![0]!)
    const error = await world.refusal(
      world.call({ connections: [mockConnection('a', world.first.url)] }),
    )
    expect(error).toMatchObject({ kind: 'credential', retryable: false, retryAfterMs: null })
  })

  test('one deadline holds for everything together', async () => {
    world.first.script(dialects.server_error![0]!)
    const before = world.time
    await world.refusal(
      world.call({ deadlineMs: 100, connections: [mockConnection('a', world.first.url)] }),
    )
    expect(world.time - before).toBeLessThanOrEqual(100)
  })

  test('the error is the first connection’s, with every attempt', async () => {
    world.first.script(dialects.quota![0]!)
    world.second.script(dialects.server_error![0]!)
    const error = await world.refusal(world.call())
    expect(error.kind).toBe('quota')
    expect(error.attempts.map((a) => a.connectionId)).toEqual(['a', 'b', 'b'])
    expect(error.retryable).toBe(true)
  })
})

describe('health', () => {
  const down = dialects.server_error![0]!

  test('a failed connection rests, is then probed once, and is back when the probe succeeds', async () => {
    world.first.script(down)
    await world.router.answer(world.call())
    const before = world.first.seen.length
    await world.router.answer(world.call())
    expect(world.first.seen).toHaveLength(before)
    world.time += 6_000
    world.first.script({})
    expect((await world.router.answer(world.call())).provenance.connectionId).toBe('a')
  })

  test('a refusal names who failed, and who rests after that', async () => {
    world.first.script(down)
    const only = world.call({ connections: [mockConnection('a', world.first.url)] })
    expect(await world.refusal(only)).toMatchObject({
      kind: 'server_error',
      connection: 'Provider a',
      message: 'Provider a had an error of its own.',
    })
    expect(await world.refusal(only)).toMatchObject({
      kind: 'cooling_down',
      connection: 'Provider a',
      message: 'Provider a does not answer at the moment.',
    })
  })

  test('rests grow with each failure', async () => {
    world.first.script(down)
    const only = world.call({ connections: [mockConnection('a', world.first.url)] })
    const delays: number[] = []
    for (let i = 0; i < 3; i += 1) {
      await world.refusal(only)
      delays.push((await world.refusal(only)).retryAfterMs!)
      world.time += delays.at(-1)!
    }
    expect(delays[1]!).toBeGreaterThan(delays[0]! * 1.5)
    expect(delays[2]!).toBeGreaterThan(delays[1]! * 1.5)
  })

  test('only one of many callers probes', async () => {
    world.first.script(down)
    await world.router.answer(world.call())
    world.time += 6_000
    world.first.seen.length = 0
    world.first.script({ delayMs: 50 })
    await Promise.all([1, 2, 3, 4].map(() => world.router.answer(world.call())))
    expect(world.first.seen).toHaveLength(1)
  })

  test('a changed key starts afresh', async () => {
    world.first.script(dialects.credential![0]!)
    await world.router.answer(world.call())
    world.first.script({})
    const mended = [
      mockConnection('a', world.first.url, { rank: 1, revision: 2 }),
      mockConnection('b', world.second.url, { rank: 2 }),
    ]
    expect(
      (await world.router.answer(world.call({ connections: mended }))).provenance.connectionId,
    ).toBe('a')
  })

  test('a connection’s own rate is kept: the next one takes over', async () => {
    const connections = [
      mockConnection('a', world.first.url, { rank: 1, requestsPerMinute: 2 }),
      mockConnection('b', world.second.url, { rank: 2 }),
    ]
    const order: string[] = []
    for (let i = 0; i < 3; i += 1)
      order.push((await world.router.answer(world.call({ connections }))).provenance.connectionId)
    expect(order).toEqual(['a', 'a', 'b'])
  })
})
