/**
 * The only way out of this process: a fetch that checks where it goes. Names are resolved once, checked and connected to as checked;
 * redirects are followed only when asked for, each hop checked again. Errors name the host and nothing else of the request.
 */
import { assertOutside } from '../db.ts'
import type { Log } from '../log.ts'
import { isPublic, literalAddress, systemResolve, type Resolve } from './addresses.ts'
import { blocked, HttpError } from './error.ts'
import { send, type Limits, type Outgoing } from './send.ts'

export interface HttpOptions {
  /** Exact origins inside private networks that may be called nevertheless; set by the operator. */
  allowPrivateOrigins: readonly string[]
  /** Milliseconds until the answer's head, and of standstill while a streamed request leaves or the answer's body arrives. */
  timeoutMs: number
  /** Milliseconds for the whole exchange, from the end of a streamed request; ten times `timeoutMs` unless said. */
  totalMs?: number
  /** Bytes of an answer, decompressed; 32 MiB unless said. */
  maxBytes?: number
  log?: Log
  /** Where names come from; the machine's resolver unless said. */
  resolve?: Resolve
}

/** `held` makes one whose requests open their connections at once and leave only when `hold` resolves; rejected: never. */
export type Http = typeof fetch & { held?: (hold: Promise<void>) => typeof fetch }

const maxHops = 3
const redirects = new Set([301, 302, 303, 307, 308])
/** Set by the connection alone; a caller's own would let a request say two different things. */
const ours = [
  'host',
  'connection',
  'keep-alive',
  'transfer-encoding',
  'upgrade',
  'te',
  'trailer',
  'expect',
]
/** What may follow a redirect to another origin; credentials have many names, so this is a list of what is harmless. */
const harmless = new Set([
  'accept',
  'accept-encoding',
  'accept-language',
  'content-type',
  'user-agent',
])

/** A guarded `fetch`. Unlike the built-in one it follows a redirect only when `redirect: 'follow'` is said. */
export function createHttp(options: HttpOptions): Http {
  const trusted = new Set(options.allowPrivateOrigins.map((origin) => new URL(origin).origin))
  const limits: Limits = {
    timeoutMs: options.timeoutMs,
    totalMs: options.totalMs ?? options.timeoutMs * 10,
    maxBytes: options.maxBytes ?? 32 * 1024 * 1024,
    resolve: options.resolve ?? systemResolve,
  }
  const exchange = async (out: Outgoing): Promise<Response> => {
    const free = trusted.has(out.url.origin)
    checkUrl(out.url, free)
    const started = performance.now()
    const note = (status: number | undefined, outcome: string) =>
      options.log?.debug(
        {
          host: out.url.host,
          method: out.method,
          status,
          outcome,
          ms: Math.round(performance.now() - started),
        },
        'called another server',
      )
    try {
      const response = await send(out, limits, free)
      note(response.status, 'answered')
      return response
    } catch (error) {
      note(undefined, error instanceof HttpError ? error.kind : 'aborted')
      throw error
    }
  }
  const fetchWith =
    (hold?: Promise<void>): typeof fetch =>
    async (input, init) => {
      assertOutside('the network')
      const out = { ...(await outgoing(input, init)), hold }
      const wish = init?.redirect ?? 'manual'
      return hop(exchange, out, wish, 0)
    }
  return Object.assign(fetchWith(), { held: fetchWith })
}

/** Refuses before anything is resolved: other schemes, credentials in the URL, addresses written out. */
function checkUrl(url: URL, free: boolean): void {
  if (url.protocol !== 'http:' && url.protocol !== 'https:')
    throw blocked(url.host, 'is not reached by http or https')
  if (url.username || url.password) throw blocked(url.host, 'was given with credentials in its URL')
  const literal = literalAddress(url)
  if (literal && !free && !isPublic(literal)) throw blocked(url.host)
}

async function outgoing(input: string | URL | Request, init?: RequestInit): Promise<Outgoing> {
  const given = input instanceof Request ? input.url : input
  if (!URL.canParse(given)) throw blocked('', 'is not a URL')
  const url = new URL(given)
  checkUrl(url, true)
  // The platform's own Request reads every kind of body and writes its content type.
  const request = new Request(input, { ...init, redirect: 'manual', duplex: 'half' } as RequestInit)
  const headers = new Headers(request.headers)
  for (const name of ours) headers.delete(name)
  if (!headers.has('accept')) headers.set('accept', '*/*')
  if (!headers.has('user-agent')) headers.set('user-agent', 'PostAura')
  headers.set('accept-encoding', 'identity')
  const streamed = isStream(init?.body) || (!init?.body && input instanceof Request)
  const body = streamed ? request.body : await whole(request)
  const signal = init?.signal ?? (input instanceof Request ? input.signal : null)
  if (signal?.aborted) throw signal.reason
  url.hash = ''
  return { url, method: request.method, headers, body, signal }
}

const isStream = (body: unknown): boolean =>
  body instanceof ReadableStream ||
  (typeof body === 'object' && body !== null && Symbol.asyncIterator in body)

/** A body whose length can be told is sent with it: many servers refuse one without. */
const whole = async (request: Request): Promise<Buffer | null> =>
  request.body ? Buffer.from(await request.arrayBuffer()) : null

async function hop(
  exchange: (out: Outgoing) => Promise<Response>,
  out: Outgoing,
  wish: RequestRedirect,
  hops: number,
): Promise<Response> {
  const response = await exchange(out)
  const target = redirects.has(response.status) ? response.headers.get('location') : null
  if (target === null || wish === 'manual') return response
  await response.body?.cancel()
  if (wish === 'error') throw new HttpError('redirect', out.url.host, 'redirected us elsewhere')
  if (hops === maxHops) throw new HttpError('redirect', out.url.host, 'redirected us too often')
  const next = await hop(exchange, redirected(out, target, response.status), wish, hops + 1)
  return Object.defineProperty(next, 'redirected', { value: true })
}

function redirected(out: Outgoing, target: string, status: number): Outgoing {
  if (!URL.canParse(target, out.url))
    throw new HttpError('redirect', out.url.host, 'redirected us to something that is no URL')
  const url = new URL(target, out.url)
  if (out.url.protocol === 'https:' && url.protocol === 'http:')
    throw new HttpError('redirect', out.url.host, 'redirected us away from https')
  const toGet = status === 303 || (status < 303 && out.method === 'POST')
  if (!toGet && out.body !== null && !Buffer.isBuffer(out.body))
    throw new HttpError('redirect', out.url.host, 'redirected a body that can be sent only once')
  const headers = new Headers(out.headers)
  if (toGet) headers.delete('content-type')
  if (url.origin !== out.url.origin)
    for (const name of [...headers.keys()]) if (!harmless.has(name)) headers.delete(name)
  return {
    ...out,
    url,
    headers,
    method: toGet && out.method !== 'HEAD' ? 'GET' : out.method,
    body: toGet ? null : out.body,
  }
}
