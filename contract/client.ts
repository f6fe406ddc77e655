/**
 * The typed client: the routes over any transport. Browser, server-side rendering and tests use the same; of schemas it knows the types
 * alone, so that no page downloads zod.
 */
import type { z } from 'zod'
import type { EndpointName, Endpoints } from './endpoints.ts'
import type { Route } from './platform/endpoint.ts'
import { fromDocument } from './platform/problems.ts'
import { routes } from './routes.ts'

type Part<K extends string, E> =
  E extends Record<K, infer S extends z.ZodType>
    ? {} extends z.input<S>
      ? { [P in K]?: z.input<S> }
      : { [P in K]: z.input<S> }
    : unknown
/** What a caller hands in: path parameters, query and body, as far as the endpoint has them. */
export type InputOf<N extends EndpointName> = Part<'params', Endpoints[N]> &
  Part<'query', Endpoints[N]> &
  Part<'body', Endpoints[N]> & {
    /** Version for If-Match. */
    ifMatch?: number
    idempotencyKey?: string
    raw?: Blob
  }
export type OutputOf<N extends EndpointName> = Endpoints[N] extends {
  response: infer S extends z.ZodType
}
  ? z.output<S>
  : void

export interface WireRequest {
  name: EndpointName
  method: string
  /** Path with query below /api/v1. */
  path: string
  headers: Record<string, string>
  body?: string | Blob
}
export interface WireAnswer {
  status: number
  body: unknown
  retryAfter?: number
  /** Cookies the answer sets, as data, when it did not pass through a browser (server-side rendering). `maxAge` in seconds; 0 clears. */
  cookies?: { name: string; value: string; maxAge: number }[]
}
export type Transport = (request: WireRequest) => Promise<WireAnswer>
export type Client = { [N in EndpointName]: (input: InputOf<N>) => Promise<OutputOf<N>> }

/** Builds the client. Throws Problem for every answer that is not a success. */
export function createClient(transport: Transport): Client {
  const call = async (name: EndpointName, input: AnyInput) => {
    const answer = await transport(toWire(name, input))
    if (answer.status >= 400) throw fromDocument(answer.body, answer.retryAfter)
    return answer.body
  }
  return Object.fromEntries(
    Object.keys(routes).map((name) => [
      name,
      (input: AnyInput = {}) => call(name as EndpointName, input),
    ]),
  ) as unknown as Client
}

interface AnyInput {
  params?: Record<string, unknown>
  query?: Record<string, unknown>
  body?: unknown
  ifMatch?: number
  idempotencyKey?: string
  raw?: Blob
}

function toWire(name: EndpointName, input: AnyInput): WireRequest {
  const { method, path }: Route = routes[name]
  const headers: Record<string, string> = {}
  if (input.body !== undefined) headers['content-type'] = 'application/json'
  if (input.raw) headers['content-type'] = input.raw.type || 'application/octet-stream'
  if (input.ifMatch !== undefined) headers['if-match'] = `"v${input.ifMatch}"`
  if (input.idempotencyKey) headers['idempotency-key'] = input.idempotencyKey
  const body = input.raw ?? (input.body === undefined ? undefined : JSON.stringify(input.body))
  return {
    name,
    method,
    path: fillPath(path, input.params ?? {}) + queryString(input.query ?? {}),
    headers,
    ...(body === undefined ? {} : { body }),
  }
}

/** `/posts/:postId` with its parameters put in. */
export function fillPath(path: string, params: Record<string, unknown>): string {
  return path.replace(/:(\w+)/g, (_, key: string) => encodeURIComponent(String(params[key])))
}

function queryString(query: Record<string, unknown>): string {
  const q = new URLSearchParams()
  for (const [key, value] of Object.entries(query)) {
    if (value === undefined || value === null || value === '') continue
    q.set(key, Array.isArray(value) ? value.join(',') : String(value))
  }
  const text = q.toString()
  return text ? `?${text}` : ''
}

/** Transport over fetch, for browsers and API clients. */
export function fetchTransport(
  base: string,
  options: { fetch?: typeof fetch; headers?: Record<string, string> } = {},
): Transport {
  const send = options.fetch ?? fetch
  return async (request) => {
    const response = await send(`${base}/api/v1${request.path}`, {
      method: request.method.toUpperCase(),
      headers: { ...options.headers, ...request.headers },
      ...(request.body === undefined ? {} : { body: request.body }),
    })
    const text = await response.text()
    const retryAfter = response.headers.get('retry-after')
    return {
      status: response.status,
      body: text ? JSON.parse(text) : undefined,
      ...(retryAfter ? { retryAfter: Number(retryAfter) } : {}),
    }
  }
}
