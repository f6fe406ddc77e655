/** Two mock providers behind one router whose clock and waits are the test's own. */
import { afterAll, beforeAll, beforeEach, expect } from 'vitest'
import { z } from 'zod'
import { RouterError } from '../../llm/errors.ts'
import { createRouter } from '../../llm/router.ts'
import type { ModelCall, Policy, Router } from '../../llm/types.ts'
import { type MockProvider, mockConnection, startMockProvider } from './mock-provider.ts'

export const Reply = z.object({ word: z.string().min(1).max(10) })
export type Reply = z.infer<typeof Reply>

export interface RouterWorld {
  first: MockProvider
  second: MockProvider
  router: Router
  /** Epoch milliseconds of the router's clock. */
  time: number
  /** Waits so far, in milliseconds. */
  slept: number[]
  call(change?: Partial<ModelCall<Reply>>): ModelCall<Reply>
  /** The error of a call that must fail. */
  refusal(call: ModelCall<Reply>): Promise<RouterError>
}

const open: Policy = { version: '1', starter: 'never' }

/** Registers itself with the test file: fresh before each test. `a` is asked before `b`. */
export function routerWorld(): RouterWorld {
  const world = { time: 0, slept: [] as number[] } as RouterWorld
  world.call = (change = {}) => ({
    task: 'greet',
    input: {},
    messages: [{ role: 'user', content: 'Hello' }],
    schema: Reply,
    connections: [
      mockConnection('a', world.first.url, { rank: 1 }),
      mockConnection('b', world.second.url, { rank: 2 }),
    ],
    policy: open,
    maxOutputTokens: 50,
    ...change,
  })
  world.refusal = async (call) => {
    const error = await world.router.answer(call).catch((e: unknown) => e)
    expect(error).toBeInstanceOf(RouterError)
    return error as RouterError
  }
  beforeAll(async () => {
    world.first = await startMockProvider()
    world.second = await startMockProvider()
  })
  afterAll(async () => {
    await world.first[Symbol.asyncDispose]()
    await world.second[Symbol.asyncDispose]()
  })
  beforeEach(() => reset(world))
  return world
}

function reset(world: RouterWorld): void {
  for (const provider of [world.first, world.second]) {
    provider.seen.length = 0
    provider.script({})
  }
  world.time = Date.parse('2027-03-01T00:00:00Z')
  world.slept = []
  world.router = createRouter({
    fetch,
    now: () => new Date(world.time),
    random: () => 0.5,
    starter: (task) => ({ word: `rule ${task}`.slice(0, 10) }),
    sleep: async (ms) => {
      world.slept.push(ms)
      world.time += ms
    },
  })
}
