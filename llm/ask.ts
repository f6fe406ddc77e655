/** One connection's turn: attempts, short waits, stepping down the format, and one repair of what came back. */
import type { Adapter, AdapterReply, Dialect } from './adapters/adapter.ts'
import { firstDialect, stepDown } from './adapters/openai.ts'
import { costOf, free, unknownCost } from './cost.ts'
import { AttemptFailure } from './errors.ts'
import { meaningOf, reactions } from './failures.ts'
import type { Health } from './health.ts'
import { faultsOf, readJson } from './structured.ts'
import type { Connection, Message, ModelAttempt, ModelCall } from './types.ts'

export interface Tools {
  adapters: Record<Connection['adapter'], Adapter>
  /** What servers were found to take, by connection. */
  dialects: Map<string, Dialect>
  health: Health
  now(): Date
  random(): number
  sleep(ms: number, signal?: AbortSignal): Promise<void>
  waitInPlaceMs: number
}

export interface Turn<T> {
  call: ModelCall<T>
  connection: Connection
  jsonSchema: { [key: string]: unknown }
  /** Epoch milliseconds after which nothing new is tried. */
  deadline: number
  /** Grows by one entry per request. */
  attempts: ModelAttempt[]
}

type Result<T> = { value: T; faults: string[]; failure?: undefined } | { failure: AttemptFailure }

const timeoutDefaultMs = 60_000
const backoffBaseMs = 500
const backoffMaxMs = 4_000

/** Asks one connection until it answered validly, or until its failures say to stop. Never throws for a provider's fault. */
export async function askConnection<T>(tools: Tools, turn: Turn<T>): Promise<Result<T>> {
  const first = await request(tools, turn, turn.call.messages, turn.call.maxOutputTokens)
  if (first instanceof AttemptFailure) return { failure: first }
  const read = judge(turn.call, first)
  if (read.problem === null) return { value: read.value, faults: [] }
  if (turn.connection.adapter === 'starter') return afterRepair(turn, read, read)
  const repair = await request(
    tools,
    turn,
    repairMessages(turn.call.messages, first, read),
    repairTokens(turn, first),
  )
  if (repair instanceof AttemptFailure)
    return 'value' in read ? { value: read.value, faults: read.faults } : { failure: repair }
  return afterRepair(turn, read, judge(turn.call, repair))
}

type Judged<T> =
  | { problem: null; value: T; faults: [] }
  | { problem: 'faults'; value: T; faults: string[] }
  | { problem: 'truncated' | 'schema_invalid'; faults: string[] }

/** Validates what came against the whole schema and the caller's own check. */
function judge<T>(call: ModelCall<T>, reply: AdapterReply): Judged<T> {
  const raw = 'value' in reply.output ? reply.output.value : readJson(reply.output.text)
  const parsed = call.schema.safeParse(raw)
  if (!parsed.success) {
    const problem = reply.finish === 'length' ? 'truncated' : 'schema_invalid'
    return {
      problem,
      faults: raw === undefined ? ['The answer was no JSON.'] : faultsOf(parsed.error),
    }
  }
  const faults = call.check?.(parsed.data) ?? []
  return faults.length === 0
    ? { problem: null, value: parsed.data, faults: [] }
    : { problem: 'faults', value: parsed.data, faults }
}

/** After the one repair: the valid answer with fewer faults, or a failure. */
function afterRepair<T>(turn: Turn<T>, before: Judged<T>, after: Judged<T>): Result<T> {
  const valid = [after, before]
    .filter((j) => 'value' in j)
    .sort((a, b) => a.faults.length - b.faults.length)[0]
  const last = turn.attempts.at(-1)
  if (valid) {
    if (last && after !== before) last.outcome = 'repaired'
    return { value: valid.value, faults: valid.faults }
  }
  const kind = after.problem === 'truncated' ? 'truncated' : 'schema_invalid'
  if (last) last.outcome = kind
  return {
    failure: new AttemptFailure(kind, meaningOf(kind), { status: last?.status ?? null }),
  }
}

/** A cut answer is asked for again with more room, a wrong one is shown to its author with what is wrong. */
function repairMessages<T>(messages: Message[], reply: AdapterReply, read: Judged<T>): Message[] {
  if (read.problem === 'truncated' || !('text' in reply.output) || !reply.output.text.trim())
    return messages
  const faults = read.faults.map((f) => `- ${f}`).join('\n')
  return [
    ...messages,
    { role: 'assistant', content: reply.output.text },
    {
      role: 'user',
      content: `This needs correction:\n${faults}\nAnswer again with the whole corrected JSON and nothing else.`,
    },
  ]
}

function repairTokens<T>(turn: Turn<T>, reply: AdapterReply): number {
  return turn.call.maxOutputTokens * (reply.finish === 'length' ? 2 : 1)
}

/** Sends one request, again where the failure's class says that the same connection may be asked again. */
async function request<T>(
  tools: Tools,
  turn: Turn<T>,
  messages: Message[],
  maxOutputTokens: number,
): Promise<AdapterReply | AttemptFailure> {
  for (let again = 0, steps = 0, waited = false; ;) {
    const outcome = await attempt(tools, turn, messages, maxOutputTokens)
    if (!(outcome instanceof AttemptFailure)) return outcome
    const next =
      outcome.kind === 'format_unsupported'
        ? stepDown(dialectOf(tools, turn.connection), outcome.parameter)
        : null
    if (next && steps < 4) {
      tools.dialects.set(dialectKey(turn.connection), next)
      steps += 1
      continue
    }
    const pause = pauseBefore(tools, outcome, again, waited)
    if (pause === null || tools.now().getTime() + pause >= turn.deadline) {
      tools.health.failed(turn.connection, outcome.kind, outcome.retryAfterMs)
      return outcome
    }
    again += 1
    waited ||= outcome.retryAfterMs !== null
    tools.health.released(turn.connection)
    await tools.sleep(pause, turn.call.signal)
  }
}

/** Milliseconds before the same connection is asked again; null: not again. What a server asks for is waited once, when short. */
function pauseBefore(
  tools: Tools,
  failure: AttemptFailure,
  again: number,
  waited: boolean,
): number | null {
  const { sameAgain } = reactions[failure.kind]
  if (again >= sameAgain) return null
  if (failure.retryAfterMs !== null)
    return !waited && failure.retryAfterMs <= tools.waitInPlaceMs ? failure.retryAfterMs : null
  if (failure.kind === 'rate_limited') return null
  return Math.floor(tools.random() * Math.min(backoffMaxMs, backoffBaseMs * 2 ** again))
}

/** One request on the wire and its entry in the list of attempts. */
async function attempt<T>(
  tools: Tools,
  turn: Turn<T>,
  messages: Message[],
  maxOutputTokens: number,
): Promise<AdapterReply | AttemptFailure> {
  const { call, connection } = turn
  const startedAt = tools.now().getTime()
  const entry: ModelAttempt = {
    connectionId: connection.id,
    provider: connection.provider,
    model: connection.model,
    outcome: 'ok',
    status: null,
    ms: 0,
    tokens: null,
    cost: free,
  }
  turn.attempts.push(entry)
  tools.health.begin(connection)
  try {
    const reply = await tools.adapters[connection.adapter]({
      connection,
      messages,
      maxOutputTokens,
      task: call.task,
      input: call.input,
      jsonSchema: turn.jsonSchema,
      dialect: dialectOf(tools, connection),
      temperature: call.temperature,
      signal: signalFor(tools, turn),
    })
    tools.health.succeeded(connection)
    Object.assign(entry, {
      status: 200,
      model: reply.model ?? connection.model,
      tokens: reply.tokens,
    })
    entry.cost = connection.adapter === 'starter' ? free : costOf(reply.tokens, connection.prices)
    return reply
  } catch (error) {
    if (!(error instanceof AttemptFailure)) throw error
    Object.assign(entry, { outcome: error.kind, status: error.status })
    entry.cost = reactions[error.kind].billed ? unknownCost : free
    if (!billedTokens(error))
      entry.tokens = { input: 0, cachedInput: 0, cacheWrite: 0, output: 0, reasoning: 0 }
    return error
  } finally {
    entry.ms = tools.now().getTime() - startedAt
  }
}

function billedTokens(error: AttemptFailure): boolean {
  return reactions[error.kind].billed
}

function signalFor<T>(tools: Tools, turn: Turn<T>): AbortSignal {
  const left = turn.deadline - tools.now().getTime()
  const timeout = AbortSignal.timeout(
    Math.max(1, Math.min(turn.connection.timeoutMs ?? timeoutDefaultMs, left)),
  )
  return turn.call.signal ? AbortSignal.any([turn.call.signal, timeout]) : timeout
}

function dialectKey(c: Connection): string {
  return `${c.id} ${c.revision} ${c.baseUrl} ${c.model}`
}

function dialectOf(tools: Tools, connection: Connection): Dialect {
  return tools.dialects.get(dialectKey(connection)) ?? firstDialect(connection)
}

/** The mode in which a connection last answered. */
export function learnedMode(tools: Tools, connection: Connection): Dialect['mode'] {
  return dialectOf(tools, connection).mode
}
