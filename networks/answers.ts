/**
 * One classifier for every answer and for every missing answer. A network says which sentences it has for its refusals; whether a
 * refusal is certain is decided here and nowhere else.
 */
import { because, type Because } from '#contract/posts/refusals.ts'
import { NetworkError, type RefusalKind } from './network.ts'

/**
 * What was being done. `publish`: the one call that makes it public. `find`: asking what became of it. `upload`, `other`: everything that may be
 * repeated (uploads; refresh, take down), where a missing answer is only a reason to try again. `connect`: a person waits who typed where
 * to go.
 */
export type Phase = 'publish' | 'find' | 'upload' | 'other' | 'connect'

export interface Question {
  phase: Phase
  /** Host of the server, for the sentence. */
  host: string
  now: Date
  /** The field that named the host, when connecting. */
  field?: string | undefined
}

/** An answer whose body was read to its end. */
export interface Answer {
  status: number
  headers: Headers
  /** Parsed JSON, or null where the body is none. */
  body: unknown
}

/** Failures that happen before a byte of the request left: nothing can have been published. */
const nothingSent = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'UND_ERR_CONNECT_TIMEOUT',
  'CERT_HAS_EXPIRED',
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
  'ERR_TLS_CERT_ALTNAME_INVALID',
  // Kinds of the guarded fetch: an address that may not be reached, and a connection that never stood.
  'blocked',
  'not_sent',
])

/** Sends one request and reads the whole answer; whatever keeps the answer from arriving becomes a NetworkError. */
export async function ask(
  fetchFrom: typeof fetch,
  url: string,
  init: RequestInit,
  question: Question,
): Promise<Answer> {
  try {
    const response = await fetchFrom(url, { redirect: 'manual', ...init })
    const text = await response.text()
    return { status: response.status, headers: response.headers, body: parsed(text) }
  } catch (error) {
    throw noAnswer(question, error)
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}

/** The error for a request that got no answer. */
export function noAnswer(question: Question, cause: unknown): NetworkError {
  if (cause instanceof NetworkError) return cause
  const { phase, host, field } = question
  const codes = codesOf(cause)
  const unsent = codes.some((code) => nothingSent.has(code))
  if (phase === 'connect') {
    const code = unsent ? 'name_not_reached' : 'name_silent'
    const why = because(codes.includes('blocked') ? 'not_on_internet' : code, { host })
    return new NetworkError('no', 'unreachable', why, { cause, field })
  }
  if (unsent)
    return new NetworkError(
      phase === 'find' ? 'ambiguous' : 'no',
      'unreachable',
      because('not_reached', { host }),
      { cause },
    )
  return mayBeRepeated(phase)
    ? new NetworkError('no', 'unreachable', because('silent', { host }), { cause })
    : new NetworkError('ambiguous', 'unreachable', because('silent_unknown', { host }), { cause })
}

/** Error codes along the chain of causes: undici wraps the socket's error, the guard wraps undici's. */
function codesOf(error: unknown): string[] {
  const codes: string[] = []
  for (let at = error, depth = 0; at instanceof Error && depth < 6; at = at.cause, depth += 1)
    for (const key of ['code', 'kind'] as const) {
      const code = (at as Error & { code?: unknown; kind?: unknown })[key]
      if (typeof code === 'string') codes.push(code)
    }
  return codes
}

/** What a network's own error means, where it knows more than the status says. */
export interface Refusal {
  kind: RefusalKind
  because: Because
}

/** An answer that is no success, and whether the network itself gave it: a proxy in front of it may say anything, also after the post was stored. */
export interface NoSuccess {
  answer: Answer
  /** It has the shape of the network's own errors. */
  own: boolean
  /** What the network's own error means, where it knows more than the status says. */
  known?: Refusal | undefined
}

/**
 * The error for an answer that is no success. The network's own 4xx is a certain no, except 408 and 425, where the server may have begun; so
 * is a 429 with its own words or its limits in the headers, as the limiter stands in front of the application. Everything else, 5xx and
 * unreadable successes among it, proves nothing, and ends no access.
 */
export function refused(question: Question, { answer, own, known }: NoSuccess): NetworkError {
  const { phase, host, now } = question
  const { status, headers } = answer
  // An upload that is too large stays too large, whoever says so.
  const counts = own || (status === 413 && phase === 'upload')
  const certain = counts && status >= 300 && status < 500 && status !== 408 && status !== 425
  if (status === 429)
    return new NetworkError(
      phase === 'find' || (phase === 'publish' && !own && !saysLimit(headers)) ? 'ambiguous' : 'no',
      'rate_limited',
      because(phase === 'connect' ? 'wait_connecting' : 'wait', { host }),
      { retryAt: retryAt(headers, now) },
    )
  if (!certain)
    return mayBeRepeated(phase) || phase === 'connect'
      ? new NetworkError(
          'no',
          'server_busy',
          because(phase === 'connect' ? 'in_trouble_connecting' : 'in_trouble', { host, status }),
        )
      : new NetworkError('ambiguous', 'server_busy', because('status_unknown', { host, status }))
  const { kind, because: why } = known ?? byStatus(host, status)
  return new NetworkError(phase === 'find' ? 'ambiguous' : 'no', kind, why)
}

const mayBeRepeated = (phase: Phase): boolean => phase === 'other' || phase === 'upload'

const saysLimit = (headers: Headers): boolean =>
  ['retry-after', 'x-ratelimit-reset', 'ratelimit-reset'].some((name) => headers.has(name))

function byStatus(host: string, status: number): Refusal {
  if (status === 401)
    return { kind: 'access_revoked', because: because('access_refused', { host }) }
  if (status === 403) return { kind: 'not_permitted', because: because('not_permitted', { host }) }
  if (status < 400) return { kind: 'unreachable', because: because('moved', { host }) }
  return { kind: 'content_refused', because: because('status_refused', { host, status }) }
}

/** The error for access to `handle`'s channel that another account holds. */
export const otherAccount = (host: string, handle: string): NetworkError =>
  new NetworkError('no', 'other_account', because('other_account', { host, handle }))

/** When to try again: seconds or a date in `Retry-After`, an ISO or Unix time in the reset headers, else a minute. */
export function retryAt(headers: Headers, now: Date): Date {
  const fallback = new Date(now.getTime() + 60_000)
  const given = headers.get('retry-after')
  if (given !== null) return timeFrom(given, now, 'delay') ?? fallback
  const reset = headers.get('x-ratelimit-reset') ?? headers.get('ratelimit-reset')
  return (reset !== null && timeFrom(reset, now, 'instant')) || fallback
}

/** A time from a header, only when it is ahead and within a day: a server's clock may be wrong. */
function timeFrom(value: string, now: Date, numbers: 'delay' | 'instant'): Date | null {
  const seconds = /^\d+$/.test(value) ? Number(value) : null
  const at =
    seconds === null
      ? Date.parse(value)
      : numbers === 'delay' || seconds < 1e9
        ? now.getTime() + seconds * 1000
        : seconds * 1000
  const ahead = at - now.getTime()
  return ahead > 0 && ahead <= 24 * 3_600_000 ? new Date(at) : null
}

export function hostOf(origin: string): string {
  return new URL(origin).host
}

/** Whether a body has a text under `error`, as the errors of most networks do. */
export const hasError = ({ body }: Answer): boolean => textAt(body, 'error') !== undefined

/** Reading answers from outside: every step may be missing. */
export function textAt(value: unknown, ...path: string[]): string | undefined {
  const found = valueAt(value, ...path)
  return typeof found === 'string' ? found : undefined
}

export function valueAt(value: unknown, ...path: string[]): unknown {
  let at = value
  for (const key of path) {
    if (typeof at !== 'object' || at === null) return undefined
    at = (at as Record<string, unknown>)[key]
  }
  return at
}
