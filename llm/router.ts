/**
 * The router: filters, order, one attempt after another, and an answer that is valid or an error that says what to do. It is the only
 * place that tries again; the SDK does not, and Temporal waits as long as the router tells it.
 */
import type { z } from 'zod'
import { openaiAdapter } from './adapters/openai.ts'
import { starterAdapter, starterConnection } from './adapters/starter.ts'
import { askConnection } from './ask.ts'
import { addCosts, addTokens } from './cost.ts'
import { type AttemptFailure, RouterError } from './errors.ts'
import { meaningOf, reactions } from './failures.ts'
import { type CallSize, blockedBy, estimateTokens, isAllowed } from './filters.ts'
import { createHealth } from './health.ts'
import { type Candidate, pickBest } from './rank.ts'
import { strictJsonSchema } from './structured.ts'
import { testConnection } from './test-connection.ts'
import type {
  Answer,
  Connection,
  ModelAttempt,
  ModelCall,
  Policy,
  Router,
  RouterOptions,
} from './types.ts'
import type { Tools } from './ask.ts'

const deadlineDefaultMs = 120_000
/** Longest wait inside a call; beyond it another connection is asked or Temporal waits. */
const waitInPlaceMs = 2_000
const retryDefaultMs = 10_000

/** Makes a router. It keeps health and rates in memory and nothing else. */
export function createRouter(options: RouterOptions): Router {
  const tools: Tools = {
    adapters: { openai: openaiAdapter(options), starter: starterAdapter(options.starter) },
    dialects: new Map(),
    health: createHealth(options.now),
    now: options.now,
    random: options.random,
    sleep: options.sleep ?? sleep,
    waitInPlaceMs,
  }
  return {
    answer: (call) => answerCall(tools, call),
    test: (connection, signal) => testConnection(tools, connection, signal),
  }
}

async function answerCall<T>(tools: Tools, call: ModelCall<T>): Promise<Answer<T>> {
  const startedAt = tools.now().getTime()
  const deadline = startedAt + (call.deadlineMs ?? deadlineDefaultMs)
  const size = {
    inputTokens: estimateTokens(call.messages.map((m) => m.content)),
    outputTokens: call.maxOutputTokens,
  }
  const jsonSchema = strictJsonSchema(call.schema as z.ZodType)
  const attempts: ModelAttempt[] = []
  const failures: Failed[] = []
  const asked = new Set<string>()
  const waits: Candidate[] = []
  for (;;) {
    const next = pickNext(tools, call, size, asked)
    if (!next) break
    const { connection, waitMs } = next
    asked.add(connection.id)
    if (waitMs > 0) {
      if (waitMs > waitInPlaceMs || tools.now().getTime() + waitMs >= deadline) {
        waits.push(next)
        continue
      }
      await tools.sleep(waitMs, call.signal)
    }
    const result = await askConnection(tools, { call, connection, jsonSchema, deadline, attempts })
    if (!result.failure)
      return finish(result, connection, call.policy, attempts, tools.now().getTime() - startedAt)
    failures.push({ connection, failure: result.failure })
    const refused = result.failure.kind === 'content_policy' && call.policy.fallBackOnRefusal
    if (!reactions[result.failure.kind].others && !refused) break
    if (tools.now().getTime() >= deadline) break
  }
  throw nobodyAnswered(tools, call, size, { attempts, failures, waits })
}

/** The best connection not asked yet. Filters run again at every hop, the starter writer comes last. */
function pickNext<T>(
  tools: Tools,
  call: ModelCall<T>,
  size: CallSize,
  asked: Set<string>,
): Candidate | null {
  const left = call.connections.filter((c) => !asked.has(c.id) && isAllowed(c, call.policy, size))
  const best = pickBest(left, size, tools.health, tools.random)
  if (best) return best
  if (asked.has(starterConnection.id) || !starterAllowed(call.policy, call.connections)) return null
  return { connection: starterConnection, waitMs: 0 }
}

function starterAllowed(policy: Policy, connections: Connection[]): boolean {
  if (policy.starter === 'fallback') return true
  return policy.starter === 'when_none' && connections.every((c) => !c.enabled)
}

function finish<T>(
  result: { value: T; faults: string[] },
  connection: Connection,
  policy: Policy,
  attempts: ModelAttempt[],
  ms: number,
): Answer<T> {
  const provenance = {
    connectionId: connection.id,
    connectionName: connection.name,
    provider: connection.provider,
    model: attempts.at(-1)?.model ?? connection.model,
    region: connection.terms.region,
    retentionDays: connection.terms.retentionDays,
    terms: structuredClone(connection.terms),
    policyVersion: policy.version,
    writtenByModel: connection.adapter !== 'starter',
    attempts,
    tokens:
      connection.adapter === 'starter' && attempts.length === 1
        ? null
        : addTokens(attempts.map((a) => a.tokens)),
    cost: addCosts(attempts.map((a) => a.cost)),
    ms,
  }
  return { value: result.value, faults: result.faults, provenance }
}

interface Failed {
  connection: Connection
  failure: AttemptFailure
}

interface Story {
  attempts: ModelAttempt[]
  failures: Failed[]
  /** Those that rest, or are full for this minute. */
  waits: Candidate[]
}

/** The error for a call that nobody answered: what came first, and whether waiting can help. */
function nobodyAnswered<T>(
  tools: Tools,
  call: ModelCall<T>,
  size: CallSize,
  story: Story,
): RouterError {
  const { attempts, failures, waits } = story
  const first = failures[0]
  const { connection } = first ?? waits[0] ?? {}
  if (!connection) return nobodyAllowed(call, size)
  const kind = first?.failure.kind ?? 'cooling_down'
  const helpful = failures
    .filter(({ failure }) => reactions[failure.kind].handBack)
    .map(({ failure }) => failure.retryAfterMs ?? retryDefaultMs)
  const stopped = failures.some(({ failure }) => !reactions[failure.kind].others)
  const delays = [...helpful, ...waits.map(({ waitMs }) => waitMs)].map((ms) =>
    Number.isFinite(ms) ? ms : retryDefaultMs,
  )
  const retryAfterMs =
    stopped || delays.length === 0 ? null : Math.ceil(Math.min(...delays) + tools.random() * 1000)
  const others = failures.length > 1 ? ` ${failures.length - 1} more failed after it.` : ''
  return new RouterError(kind, meaningOf(kind, connection.name) + others, {
    attempts,
    retryAfterMs,
    connection: connection.name,
    cause: first?.failure,
  })
}

function nobodyAllowed<T>(call: ModelCall<T>, size: CallSize): RouterError {
  const on = call.connections.filter((c) => c.enabled)
  if (on.length === 0) return new RouterError('not_configured', meaningOf('not_configured'))
  const why = [...new Set(on.flatMap((c) => blockedBy(c, call.policy, size)))]
  if (why.every((name) => name === 'context size'))
    return new RouterError('context_length', meaningOf('context_length'))
  return new RouterError(
    'policy_blocked',
    `${meaningOf('policy_blocked')} What stands against it: ${why.join(', ')}.`,
  )
}

function sleep(ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(resolve, ms)
    signal?.addEventListener('abort', () => {
      clearTimeout(timer)
      reject(new RouterError('cancelled', meaningOf('cancelled')))
    })
  })
}
