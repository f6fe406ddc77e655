/** The OpenAI dialect over chat completions: OpenAI, Mistral, Ollama, vLLM and whoever else speaks it, by base URL and key. */
import OpenAI, { APIConnectionError, APIConnectionTimeoutError, APIError } from 'openai'
import type {
  ChatCompletion,
  ChatCompletionCreateParamsNonStreaming,
} from 'openai/resources/chat/completions'
import { type DialectUsage, tokensFrom } from '../cost.ts'
import { AttemptFailure } from '../errors.ts'
import { classifyStatus, meaningOf, refusedParameter, retryAfterMs } from '../failures.ts'
import type { Connection, Message } from '../types.ts'
import type { Adapter, AdapterReply, AdapterRequest, Dialect } from './adapter.ts'

/** Headers that would tell a provider about our machine. */
const toldByDefault = [
  'arch',
  'async',
  'custom-poll-interval',
  'helper-method',
  'lang',
  'os',
  'package-version',
  'poll-helper',
  'retry-count',
  'runtime',
  'runtime-version',
  'timeout',
].map((name) => [`x-stainless-${name}`, null] as const)

/** An adapter whose every request goes through `fetch`. */
export function openaiAdapter(options: { fetch: typeof fetch; now(): Date }): Adapter {
  return async (request) => {
    const client = clientFor(request.connection, options.fetch)
    let completion: ChatCompletion
    try {
      completion = await client.chat.completions.create(bodyOf(request), { signal: request.signal })
    } catch (error) {
      throw failureOf(error, request.signal, options.now())
    }
    return replyOf(completion)
  }
}

/** The dialect a connection is first asked in. */
export function firstDialect(connection: Connection): Dialect {
  const newer = /(?:^|\.)openai\.(?:com|azure\.com)$/.test(hostOf(connection.baseUrl))
  return {
    mode: connection.structured,
    maxTokens: newer ? 'max_completion_tokens' : 'max_tokens',
    temperature: true,
  }
}

/** The next dialect after the server refused a part of the request; null: there is none left to try. */
export function stepDown(dialect: Dialect, parameter: AttemptFailure['parameter']): Dialect | null {
  if (parameter === 'temperature')
    return dialect.temperature ? { ...dialect, temperature: false } : null
  if (parameter === 'max_tokens')
    return {
      ...dialect,
      maxTokens: dialect.maxTokens === 'max_tokens' ? 'max_completion_tokens' : 'max_tokens',
    }
  if (dialect.mode === 'json_schema') return { ...dialect, mode: 'json_object' }
  return dialect.mode === 'json_object' ? { ...dialect, mode: 'prompt' } : null
}

function hostOf(baseUrl: string): string {
  return URL.canParse(baseUrl) ? new URL(baseUrl).hostname : ''
}

function clientFor(connection: Connection, fetch: typeof globalThis.fetch): OpenAI {
  const keyless = connection.apiKey === ''
  return new OpenAI({
    baseURL: connection.baseUrl,
    apiKey: keyless ? 'none' : connection.apiKey,
    // Null keeps the package from looking into the environment for values of its own.
    adminAPIKey: null,
    organization: null,
    project: null,
    webhookSecret: null,
    fetch,
    maxRetries: 0,
    logLevel: 'off',
    defaultHeaders: {
      ...Object.fromEntries(toldByDefault),
      'user-agent': 'PostAura',
      ...(keyless ? { authorization: null } : {}),
    },
  })
}

function bodyOf(request: AdapterRequest): ChatCompletionCreateParamsNonStreaming {
  const { dialect, jsonSchema, task } = request
  const body: ChatCompletionCreateParamsNonStreaming = {
    model: request.connection.model,
    messages:
      dialect.mode === 'json_schema' ? request.messages : withSchema(request.messages, jsonSchema),
    [dialect.maxTokens]: request.maxOutputTokens,
  }
  if (dialect.temperature && request.temperature !== undefined)
    body.temperature = request.temperature
  if (dialect.mode === 'json_schema')
    body.response_format = {
      type: 'json_schema',
      json_schema: { name: task, strict: true, schema: jsonSchema },
    }
  if (dialect.mode === 'json_object') body.response_format = { type: 'json_object' }
  return body
}

/** Servers that enforce no schema are told it; JSON mode of some also insists on the word. */
function withSchema(messages: Message[], schema: object): Message[] {
  const told = `Answer with one JSON object and nothing else. Its JSON Schema is:\n${JSON.stringify(schema)}`
  const [first, ...rest] = messages
  if (first?.role !== 'system') return [{ role: 'system', content: told }, ...messages]
  return [{ role: 'system', content: `${first.content}\n\n${told}` }, ...rest]
}

function replyOf(completion: ChatCompletion): AdapterReply {
  // Gateways report their upstream's failure inside a 200.
  const inBand = (completion as { error?: { code?: unknown } }).error
  if (inBand) throw classified(Number(inBand.code) || 500, inBand)
  const choice = completion.choices?.[0]
  if (!choice?.message)
    throw new AttemptFailure('server_error', 'The answer held no message.', { status: 200 })
  if (choice.message.refusal || choice.finish_reason === 'content_filter')
    throw new AttemptFailure('content_policy', meaningOf('content_policy'), { status: 200 })
  return {
    output: { text: choice.message.content ?? '' },
    finish: choice.finish_reason === 'length' ? 'length' : 'complete',
    tokens: tokensFrom(completion.usage as DialectUsage | undefined),
    model: completion.model ?? null,
  }
}

function classified(status: number, body: unknown, after: number | null = null): AttemptFailure {
  const kind = classifyStatus(status, body)
  return new AttemptFailure(kind, meaningOf(kind), {
    status,
    retryAfterMs: after,
    parameter: kind === 'format_unsupported' ? refusedParameter(body) : null,
  })
}

/** Codes with which a connection fails before anything was sent: of sockets, and kinds of the guarded fetch. */
const notSent = new Set([
  'not_sent',
  'blocked',
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'UND_ERR_CONNECT_TIMEOUT',
  'CERT_HAS_EXPIRED',
])
const brokenOff = new Set([
  'no_answer',
  'ECONNRESET',
  'EPIPE',
  'UND_ERR_SOCKET',
  'UND_ERR_BODY_TIMEOUT',
  'UND_ERR_RES_CONTENT_LENGTH_MISMATCH',
])

function failureOf(error: unknown, signal: AbortSignal, now: Date): AttemptFailure {
  if (signal.aborted) {
    const kind =
      (signal.reason as Error | undefined)?.name === 'TimeoutError' ? 'timeout' : 'cancelled'
    return new AttemptFailure(kind, meaningOf(kind), { cause: error })
  }
  if (error instanceof APIConnectionTimeoutError)
    return new AttemptFailure('timeout', meaningOf('timeout'), { cause: error })
  if (error instanceof APIError && error.status !== undefined)
    return classified(error.status, error.error ?? error.message, retryAfterMs(error.headers, now))
  const codes = codesOf(error)
  const sent =
    !codes.some((c) => notSent.has(c)) &&
    (codes.some((c) => brokenOff.has(c)) || !(error instanceof APIConnectionError))
  const kind = sent ? 'cut' : 'unreachable'
  return new AttemptFailure(kind, meaningOf(kind), { cause: error })
}

/** Error codes and kinds along the chain of causes. */
function codesOf(error: unknown): string[] {
  const codes: string[] = []
  for (
    let e = error as { code?: unknown; kind?: unknown; cause?: unknown } | undefined, depth = 0;
    e && depth < 6;
    depth += 1
  ) {
    if (typeof e.code === 'string') codes.push(e.code)
    if (typeof e.kind === 'string') codes.push(e.kind)
    e = e.cause as typeof e
  }
  return codes
}
