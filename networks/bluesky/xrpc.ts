/** One XRPC request, and what a server's refusals mean. */
import { because } from '#contract/posts/refusals.ts'
import {
  ask,
  hasError,
  hostOf,
  refused,
  textAt,
  type Answer,
  type Phase,
  type Question,
  type Refusal,
} from '../answers.ts'
import { NetworkError, type MediaFile } from '../network.ts'

export interface Request {
  method: 'GET' | 'POST'
  /** Name of the method, e.g. `com.atproto.repo.putRecord`. */
  name: string
  params?: Record<string, string>
  /** Sent as JSON. */
  body?: unknown
  /** Sent as it is, in place of a body. */
  file?: MediaFile
}

/** How a request gets its authorization: a fetch that adds it. */
export type Fetch = (url: string, init: RequestInit) => Promise<Response>

/** What was being done, at which server. */
export type Asked = { phase: Phase; now: Date; field?: string }

/** Sends one request and hands back any answer. */
export async function send(
  fetchFrom: Fetch,
  origin: string,
  request: Request,
  asked: Asked,
): Promise<Answer> {
  const query = request.params ? `?${new URLSearchParams(request.params)}` : ''
  const url = `${origin}/xrpc/${request.name}${query}`
  const once = () =>
    ask(fetchFrom as typeof fetch, url, initOf(request), { ...asked, host: hostOf(origin) })
  const answer = await once()
  // A server that wants its own number in the proof says so before it reads a file; what authorizes cannot send a stream again.
  return request.file && wantsNonce(answer) ? once() : answer
}

const wantsNonce = ({ status, headers }: Answer): boolean =>
  status === 401 && (headers.get('www-authenticate') ?? '').includes('use_dpop_nonce')

/** Sends one request and hands back only successes. Throws NetworkError for everything else. */
export async function xrpc(
  fetchFrom: Fetch,
  origin: string,
  request: Request,
  asked: Asked,
): Promise<Answer> {
  const answer = await send(fetchFrom, origin, request, asked)
  if (answer.status === 200) return answer
  throw refusedBy({ ...asked, host: hostOf(origin) }, answer)
}

function initOf({ method, body, file }: Request): RequestInit {
  if (file) {
    const headers = { 'content-type': file.mime, 'content-length': String(file.bytes) }
    return { method, headers, body: file.open(), duplex: 'half' } as RequestInit
  }
  if (body === undefined) return { method }
  return { method, headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }
}

/** The error for an answer that is no success. */
export function refusedBy(question: Question, answer: Answer): NetworkError {
  const code = codeOf(answer)
  // Something else stands under a key that only we could have chosen: look before saying no.
  if (code === 'InvalidSwap' && question.phase === 'publish')
    return new NetworkError(
      'ambiguous',
      'content_refused',
      because('key_taken', { host: question.host }),
    )
  const known = answer.status < 500 ? meanings(question.host, answer, code) : undefined
  return refused(question, { answer, own: hasError(answer), known })
}

/** The server's name for what is wrong. With OAuth it has one name for access that ran out and for access that was taken away. */
function codeOf({ body }: Answer): string {
  const code = textAt(body, 'error') ?? ''
  const ranOut = code === 'invalid_token' && /\bexp\b/.test(textAt(body, 'message') ?? '')
  return ranOut ? 'ExpiredToken' : code
}

function meanings(host: string, { status }: Answer, code: string): Refusal | undefined {
  const reconnect: Refusal = {
    kind: 'access_revoked',
    because: because('access_refused', { host }),
  }
  const tooLarge: Refusal = { kind: 'media_refused', because: because('image_too_large', { host }) }
  const table: Record<string, Refusal> = {
    // Access that ran out while a post waited: the next try refreshes it first.
    ExpiredToken: { kind: 'server_busy', because: because('access_ran_out', { host }) },
    InvalidToken: reconnect,
    invalid_token: reconnect,
    AuthMissing: reconnect,
    AuthenticationRequired: reconnect,
    AccountNotFound: { kind: 'access_revoked', because: because('account_gone', { host }) },
    AccountTakedown: { kind: 'not_permitted', because: because('account_taken_down', { host }) },
    AccountDeactivated: {
      kind: 'not_permitted',
      because: because('account_deactivated', { host }),
    },
    BlobNotFound: { kind: 'media_refused', because: because('image_gone_there', { host }) },
    BlobTooLarge: tooLarge,
    PayloadTooLarge: tooLarge,
    InvalidMimeType: { kind: 'media_refused', because: because('image_kind', { host }) },
  }
  return Object.hasOwn(table, code) ? table[code] : byStatus(host, status)
}

function byStatus(host: string, status: number): Refusal | undefined {
  // Only the codes that mean it end the access.
  if (status === 401) return { kind: 'server_busy', because: because('not_let_in', { host }) }
  if (status === 413)
    return { kind: 'media_refused', because: because('image_too_large', { host }) }
  if (status === 400) return { kind: 'content_refused', because: because('post_refused', { host }) }
  return undefined
}
