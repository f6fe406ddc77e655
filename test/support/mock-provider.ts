/**
 * A model provider on loopback that speaks the OpenAI dialect and fails in every way real ones do. Each request takes the next step of its
 * script; the last step repeats.
 */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Connection } from '../../llm/types.ts'

export interface Step {
  /** Default 200. */
  status?: number
  /** Body for an error status, as its dialect words it. */
  error?: unknown
  headers?: Record<string, string>
  /** The message's content; objects are written as JSON. */
  content?: unknown
  refusal?: string
  finish?: string
  usage?: unknown
  model?: string
  /** The whole body instead of a completion. */
  body?: unknown
  /** Waits before the answer. */
  delayMs?: number
  /** Breaks the connection: before the head, or in the middle of the body. */
  cut?: 'head' | 'body'
}

export interface Seen {
  path: string
  headers: IncomingMessage['headers']
  body: {
    model: string
    messages: { role: string; content: string }[]
    response_format?: { type: string }
    max_tokens?: number
    max_completion_tokens?: number
    temperature?: number
  }
}

export interface MockProvider extends AsyncDisposable {
  /** Base address with `/v1`. */
  url: string
  seen: Seen[]
  /** Replaces what is left of the script. */
  script(...steps: Step[]): void
}

/** Bodies as the dialects word them, by the class they mean. */
export const dialects: Record<string, Step[]> = {
  rate_limited: [
    { status: 429, error: { error: { message: 'Rate limit reached for requests', type: 'requests', code: 'rate_limit_exceeded' } } },
    { status: 429, error: { object: 'error', message: 'Requests rate limit exceeded', type: 'rate_limited' } },
    { status: 429, error: [{ error: { code: 429, message: 'Resource has been exhausted', status: 'RESOURCE_EXHAUSTED' } }] },
  ],
  quota: [
    { status: 429, error: { error: { message: 'You exceeded your current quota, please check your plan and billing details.', code: 'insufficient_quota' } } },
    { status: 400, error: { type: 'error', error: { type: 'invalid_request_error', message: 'Your credit balance is too low to access the API.' } } },
    { status: 402, error: { error: { message: 'Insufficient Balance' } } },
  ],
  credential: [
    { status: 401, error: { error: { message: 'Incorrect API key provided', code: 'invalid_api_key' } } },
    { status: 400, error: [{ error: { code: 400, message: 'API key not valid. Please pass a valid API key.', status: 'INVALID_ARGUMENT' } }] },
    { status: 403, error: { error: { message: 'Forbidden' } } },
  ],
  model_gone: [
    { status: 404, error: { error: { message: 'The model `gone-1` does not exist', code: 'model_not_found' } } },
    { status: 404, error: { error: { message: 'model "llama9" not found, try pulling it first', type: 'not_found_error' } } },
    { status: 400, error: { error: { message: 'The model `old` has been decommissioned and is no longer supported.' } } },
  ],
  model_access: [{ status: 403, error: { error: { message: 'Project does not have access to model gpt-x' } } }],
  region_blocked: [
    { status: 403, error: { error: { message: 'Country, region, or territory not supported', code: 'unsupported_country_region_territory' } } },
    { status: 400, error: [{ error: { message: 'User location is not supported for the API use.', status: 'FAILED_PRECONDITION' } }] },
  ],
  context_length: [
    { status: 400, error: { error: { message: "This model's maximum context length is 8192 tokens.", code: 'context_length_exceeded' } } },
    { status: 400, error: { type: 'error', error: { type: 'invalid_request_error', message: 'prompt is too long: 210000 tokens' } } },
  ],
  content_policy: [
    { status: 400, error: { error: { message: "The response was filtered due to the prompt triggering Azure OpenAI's content management policy.", code: 'content_filter' } } },
    { content: null, refusal: 'I cannot help with that.' },
    { content: '', finish: 'content_filter' },
  ],
  caller_fault: [{ status: 400, error: { error: { message: 'Invalid type for messages[0].content', type: 'invalid_request_error' } } }],
  overloaded: [
    { status: 529, error: { type: 'error', error: { type: 'overloaded_error', message: 'Overloaded' } } },
    { status: 503, error: [{ error: { code: 503, message: 'The model is overloaded.', status: 'UNAVAILABLE' } }] },
  ],
  server_error: [
    { status: 500, error: { error: { message: 'The server had an error', type: 'server_error' } } },
    { status: 502, error: '<html><body>Bad gateway</body></html>' },
    { body: { error: { message: 'upstream failed', code: 502 } } },
    { body: { id: 'x', choices: [] } },
  ],
  timeout: [{ status: 408, error: { error: { message: 'Request timeout' } } }, { status: 524, error: '' }],
  cut: [{ cut: 'head' }, { cut: 'body', content: { word: 'ready' } }],
}

export async function startMockProvider(...steps: Step[]): Promise<MockProvider> {
  const seen: Seen[] = []
  let script = steps
  const server = createServer((request, response) => {
    void receive(request).then(async (body) => {
      seen.push({ path: request.url ?? '', headers: request.headers, body })
      const step = (script.length > 1 ? script.shift() : script[0]) ?? {}
      if (step.delayMs) await new Promise((resolve) => setTimeout(resolve, step.delayMs))
      answer(response, step, body.model)
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}/v1`,
    seen,
    script: (...next) => {
      script = next
    },
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

async function receive(request: IncomingMessage): Promise<Seen['body']> {
  let text = ''
  for await (const chunk of request) text += chunk
  return JSON.parse(text || '{}')
}

function answer(response: ServerResponse, step: Step, model: string): void {
  if (step.cut === 'head') {
    response.socket?.destroy()
    return
  }
  const body = step.status && step.status >= 400 ? step.error : (step.body ?? completion(step, model))
  const text = typeof body === 'string' ? body : JSON.stringify(body)
  const type = typeof body === 'string' ? 'text/html' : 'application/json'
  response.writeHead(step.status ?? 200, { 'content-type': type, 'content-length': Buffer.byteLength(text), ...step.headers })
  if (step.cut === 'body') {
    response.write(text.slice(0, text.length / 2))
    setTimeout(() => response.socket?.destroy(), 20)
    return
  }
  response.end(text)
}

function completion(step: Step, model: string): unknown {
  const content = typeof step.content === 'string' || step.content === null ? step.content : JSON.stringify(step.content ?? { word: 'ready' })
  return {
    id: 'chatcmpl-1',
    object: 'chat.completion',
    created: 1,
    model: step.model ?? model,
    choices: [{ index: 0, finish_reason: step.finish ?? 'stop', message: { role: 'assistant', content, refusal: step.refusal ?? null } }],
    ...(step.usage === null ? {} : { usage: step.usage ?? { prompt_tokens: 100, completion_tokens: 20, total_tokens: 120 } }),
  }
}

/** A connection to a mock provider, allowed by every policy unless changed. */
export function mockConnection(id: string, baseUrl: string, change: Partial<Connection> = {}): Connection {
  return {
    id,
    name: `Provider ${id}`,
    adapter: 'openai',
    provider: id,
    model: 'model-1',
    baseUrl,
    apiKey: 'key-of-' + id,
    enabled: true,
    terms: { processor: id, region: 'eu', retentionDays: 0, trainsOnInput: 'no', dpaSignedAt: '2027-01-01', evidenceUrl: null },
    prices: null,
    structured: 'json_schema',
    rank: 0,
    revision: 1,
    contextTokensMax: null,
    requestsPerMinute: null,
    timeoutMs: null,
    ...change,
  }
}
