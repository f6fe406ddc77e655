import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { z } from 'zod'
import { RouterError } from '../../llm/errors.ts'
import { createRouter } from '../../llm/router.ts'
import type { Connection, DataTerms, Policy } from '../../llm/types.ts'
import { dialects } from '../support/mock-dialects.ts'
import {
  type MockProvider,
  type Step,
  mockConnection,
  startMockProvider,
} from '../support/mock-provider.ts'

const providers: MockProvider[] = []
beforeAll(async () => {
  for (let i = 0; i < 4; i += 1) providers.push(await startMockProvider())
})
afterAll(async () => {
  for (const provider of providers) await provider[Symbol.asyncDispose]()
})

const faults: Step[] = [
  ...Object.values(dialects).flat(),
  {},
  { content: 'no json' },
  { content: { word: 1 } },
]
const terms: fc.Arbitrary<DataTerms> = fc.record({
  processor: fc.constant('p'),
  region: fc.constantFrom('eu', 'us', 'self', 'other'),
  retentionDays: fc.constantFrom(null, 0, 7, 30),
  trainsOnInput: fc.constantFrom('no', 'yes', 'unknown'),
  dpaSignedAt: fc.constantFrom(null, '2027-01-01'),
  evidenceUrl: fc.constant(null),
})
const policy: fc.Arbitrary<Policy> = fc.record(
  {
    version: fc.constant('1'),
    regions: fc.subarray(['eu', 'us', 'self', 'other'] as const),
    retentionDaysMax: fc.constantFrom(0, 7, 30),
    forbidTraining: fc.boolean(),
    requireDpa: fc.boolean(),
    connectionIds: fc.subarray(['c0', 'c1', 'c2', 'c3']),
    starter: fc.constantFrom('never', 'when_none', 'fallback'),
    fallBackOnRefusal: fc.boolean(),
  },
  { requiredKeys: ['version', 'starter'] },
)

/** Written apart from the router's own filters, in plain words: may this connection see the call? */
function mayBeAsked(c: Connection, p: Policy): boolean {
  if (!c.enabled) return false
  if (p.connectionIds && !p.connectionIds.includes(c.id)) return false
  if (p.regions && !(p.regions as string[]).includes(c.terms.region)) return false
  if (p.retentionDaysMax !== undefined && (c.terms.retentionDays ?? Infinity) > p.retentionDaysMax)
    return false
  if (p.forbidTraining && c.terms.trainsOnInput !== 'no') return false
  return !(p.requireDpa && c.terms.region !== 'self' && c.terms.dpaSignedAt === null)
}

test('no request ever reaches a connection that the policy does not allow, whatever fails before it', async () => {
  const scenario = fc.record({
    policy,
    connections: fc.array(
      fc.record({
        terms,
        enabled: fc.boolean(),
        rank: fc.nat(2),
        fault: fc.constantFrom(...faults),
      }),
      { minLength: 4, maxLength: 4 },
    ),
  })
  await fc.assert(
    fc.asyncProperty(scenario, async (s) => {
      const connections = s.connections.map((c, i) => {
        providers[i]!.seen.length = 0
        providers[i]!.script(c.fault)
        return mockConnection(`c${i}`, providers[i]!.url, {
          terms: c.terms,
          enabled: c.enabled,
          rank: c.rank,
        })
      })
      const router = createRouter({
        fetch,
        now: () => new Date(),
        random: () => 0,
        starter: () => ({ word: 'x' }),
        sleep: async () => {},
      })
      const call = {
        task: 't',
        input: {},
        messages: [{ role: 'user' as const, content: 'x' }],
        schema: z.object({ word: z.string() }),
        maxOutputTokens: 9,
      }
      const outcome = await router
        .answer({ ...call, connections, policy: s.policy })
        .catch((e: unknown) => e)
      connections.forEach((c, i) => {
        if (!mayBeAsked(c, s.policy)) expect(providers[i]!.seen).toHaveLength(0)
      })
      if (outcome instanceof RouterError) return
      const { provenance } = outcome as { provenance: { connectionId: string } }
      const used = connections.find((c) => c.id === provenance.connectionId)
      if (used) expect(mayBeAsked(used, s.policy)).toBe(true)
      else expect(s.policy.starter).not.toBe('never')
    }),
    { numRuns: 150 },
  )
}, 60_000)

test('a connection switched off between two hops is not asked any more', async () => {
  const [a, b] = providers as [MockProvider, MockProvider]
  a.seen.length = b.seen.length = 0
  const second = mockConnection('c1', b.url, { rank: 2 })
  a.script(dialects.quota![0]!)
  b.script({})
  const watched: typeof fetch = async (input, init) => {
    const answer = await fetch(input, init)
    second.enabled = false
    return answer
  }
  const router = createRouter({
    fetch: watched,
    now: () => new Date(),
    random: () => 0,
    starter: () => ({}),
    sleep: async () => {},
  })
  const call = {
    task: 't',
    input: {},
    messages: [],
    schema: z.object({ word: z.string() }),
    maxOutputTokens: 9,
  }
  const connections = [mockConnection('c0', a.url, { rank: 1 }), second]
  await expect(
    router.answer({ ...call, connections, policy: { version: '1', starter: 'never' } }),
  ).rejects.toMatchObject({ kind: 'quota' })
  expect(b.seen).toHaveLength(0)
})
