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
  const body =
    step.status && step.status >= 400 ? step.error : (step.body ?? completion(step, model))
  const text = typeof body === 'string' ? body : JSON.stringify(body)
  const type = typeof body === 'string' ? 'text/html' : 'application/json'
  response.writeHead(step.status ?? 200, {
    'content-type': type,
    'content-length': Buffer.byteLength(text),
    ...step.headers,
  })
  if (step.cut === 'body') {
    response.write(text.slice(0, text.length / 2))
    setTimeout(() => response.socket?.destroy(), 20)
    return
  }
  response.end(text)
}

function completion(step: Step, model: string): unknown {
  const content =
    typeof step.content === 'string' || step.content === null
      ? step.content
      : JSON.stringify(step.content ?? { word: 'ready' })
  return {
    id: 'chatcmpl-1',
    object: 'chat.completion',
    created: 1,
    model: step.model ?? model,
    choices: [
      {
        index: 0,
        finish_reason: step.finish ?? 'stop',
        message: { role: 'assistant', content, refusal: step.refusal ?? null },
      },
    ],
    ...(step.usage === null
      ? {}
      : { usage: step.usage ?? { prompt_tokens: 100, completion_tokens: 20, total_tokens: 120 } }),
  }
}

/** A connection to a mock provider, allowed by every policy unless changed. */
export function mockConnection(
  id: string,
  baseUrl: string,
  change: Partial<Connection> = {},
): Connection {
  return {
    id,
    name: `Provider ${id}`,
    adapter: 'openai',
    provider: id,
    model: 'model-1',
    baseUrl,
    apiKey: 'key-of-' + id,
    enabled: true,
    terms: {
      processor: id,
      region: 'eu',
      retentionDays: 0,
      trainsOnInput: 'no',
      dpaSignedAt: '2027-01-01',
      evidenceUrl: null,
    },
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
