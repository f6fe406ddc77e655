/**
 * What the router adds to a bare SDK call, and what one decision costs: `npm run bench -- router`. Both sides talk to the same mock provider
 * on loopback, in turns, so that the machine's mood hits them alike.
 */
import { performance } from 'node:perf_hooks'
import OpenAI from 'openai'
import { z } from 'zod'
import { isAllowed } from '../llm/filters.ts'
import { createHealth } from '../llm/health.ts'
import { pickBest } from '../llm/rank.ts'
import { createRouter } from '../llm/router.ts'
import { strictJsonSchema } from '../llm/structured.ts'
import type { Policy } from '../llm/types.ts'
import { mockConnection, startMockProvider } from '../test/support/mock-provider.ts'

const rounds = 12
const callsPerRound = 100
const policy: Policy = {
  version: 'bench',
  starter: 'never',
  regions: ['eu'],
  forbidTraining: true,
  retentionDaysMax: 7,
}

function quantile(sorted: number[], q: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * q))] ?? 0
}

function row(name: string, samples: number[], unit: string): Record<string, string> {
  const sorted = [...samples].sort((a, b) => a - b)
  const tell = (q: number) => `${quantile(sorted, q).toFixed(3)} ${unit}`
  return { what: name, p50: tell(0.5), p99: tell(0.99), samples: String(samples.length) }
}

/** Microseconds of filtering and ranking 200 connections. */
function decide(): number[] {
  const connections = Array.from({ length: 200 }, (_, i) =>
    mockConnection(`c${i}`, 'http://127.0.0.1:9/v1', { rank: i % 5 }),
  )
  const health = createHealth(() => new Date())
  const size = { inputTokens: 1000, outputTokens: 500 }
  return Array.from({ length: 2000 }, () => {
    const begun = performance.now()
    const allowed = connections.filter((c) => isAllowed(c, policy, size))
    pickBest(allowed, size, health, Math.random)
    return (performance.now() - begun) * 1000
  })
}

/** Milliseconds per call, bare and through the router, round by round. */
async function compare(): Promise<{ bare: number[]; routed: number[] }> {
  await using provider = await startMockProvider()
  const connection = mockConnection('c', provider.url)
  const client = new OpenAI({ baseURL: provider.url, apiKey: 'k', maxRetries: 0, logLevel: 'off' })
  const router = createRouter({
    fetch,
    now: () => new Date(),
    random: Math.random,
    starter: () => null,
  })
  const messages = [{ role: 'user' as const, content: 'Answer with a word. '.repeat(40) }]
  const schema = z.object({ word: z.string() })
  const json_schema = { name: 'bench', strict: true, schema: strictJsonSchema(schema) }
  const sides = {
    // The same request by hand: schema, time limit and all.
    bare: () =>
      client.chat.completions.create(
        {
          model: 'model-1',
          messages,
          max_tokens: 50,
          response_format: { type: 'json_schema', json_schema },
        },
        { signal: AbortSignal.timeout(60_000) },
      ),
    routed: () =>
      router.answer({
        task: 'bench',
        input: {},
        messages,
        schema,
        connections: [connection],
        policy,
        maxOutputTokens: 50,
      }),
  }
  const samples = { bare: [] as number[], routed: [] as number[] }
  for (let round = 0; round < rounds; round += 1)
    for (const side of ['bare', 'routed'] as const)
      for (let i = 0; i < callsPerRound; i += 1) {
        const begun = performance.now()
        await sides[side]()
        // The first round warms both sides up.
        if (round > 0) samples[side].push(performance.now() - begun)
      }
  return samples
}

const { bare, routed } = await compare()
console.log('npm run bench -- router')
console.table([
  row('filter 200 connections, pick one', decide(), 'µs'),
  row('bare SDK call', bare, 'ms'),
  row('the same through the router', routed, 'ms'),
])
