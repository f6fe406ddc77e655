import { expect, test } from 'vitest'
import { z } from 'zod'
import { createHttp } from '../../core/platform/http/http.ts'
import { createRouter } from '../../llm/router.ts'
import { type Step, mockConnection, startMockProvider } from '../support/mock-provider.ts'

/** One call through the guarded fetch; `open` lists the provider's origin as the operator may. */
async function ask(open: boolean, step: Step = {}, timeoutMs = 1000) {
  await using provider = await startMockProvider(step)
  const allowPrivateOrigins = open ? [new URL(provider.url).origin] : []
  const router = createRouter({
    fetch: createHttp({ allowPrivateOrigins, timeoutMs }),
    now: () => new Date(),
    random: () => 0,
    starter: () => ({ word: 'rules' }),
    sleep: async () => {},
  })
  const answer = await router.answer({
    task: 't',
    input: {},
    messages: [{ role: 'user', content: 'x' }],
    schema: z.object({ word: z.string() }),
    maxOutputTokens: 9,
    connections: [mockConnection('a', provider.url)],
    policy: { version: '1', starter: 'fallback' },
  })
  return { answer, seen: provider.seen }
}

test('a model server that the operator listed answers through the guarded fetch', async () => {
  const { answer } = await ask(true)
  expect(answer.provenance.connectionId).toBe('a')
})

test('a private address that nobody listed gets no request', async () => {
  const { answer, seen } = await ask(false)
  expect(answer.provenance.attempts[0]!.outcome).toBe('unreachable')
  expect(answer.provenance.connectionId).toBe('starter')
  expect(seen).toHaveLength(0)
})

test('a server that breaks off may have charged for it', async () => {
  const { answer } = await ask(true, { cut: 'body' })
  expect(answer.provenance.attempts[0]!.outcome).toBe('cut')
  expect(answer.provenance.cost.micros).toBeNull()
})

test('one that stays silent beyond the limit of the guarded fetch may have, too', async () => {
  const { answer } = await ask(true, { delayMs: 600 }, 200)
  expect(answer.provenance.attempts[0]!.cost.micros).toBeNull()
})
