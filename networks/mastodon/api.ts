/** One request to a channel's server with its token, and what the server's refusals mean. */
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
import { because } from '#contract/posts/refusals.ts'
import { NetworkError, type Call } from '../network.ts'

/** What servers show as the program that posted. */
export const programName = 'PostAura'

export interface Status {
  id: string
  url: string
  content: string
  createdAt: Date
  inReplyTo: string | null
  mediaIds: string[]
  /** Name of the program that posted it, where the server tells. */
  application: string | null
  counts: { likes: number; reposts: number; replies: number }
}

/** Sends one request and hands back only successes (2xx). Throws NetworkError for everything else. */
export async function api(
  call: Call,
  phase: Phase,
  path: string,
  init: RequestInit = {},
): Promise<Answer> {
  const { origin, secrets } = call.channel
  const question: Question = { phase, host: hostOf(origin), now: call.now() }
  const headers = new Headers(init.headers)
  headers.set('authorization', `Bearer ${secrets.accessToken}`)
  const answer = await ask(call.fetch, `${origin}${path}`, { ...init, headers }, question)
  if (answer.status >= 200 && answer.status < 300) return answer
  throw refused(question, {
    answer,
    own: hasError(answer),
    known: meaning(question.host, answer),
  })
}

/** JSON to send, with its headers. */
export function json(
  method: string,
  body: unknown,
  headers: Record<string, string> = {},
): RequestInit {
  return {
    method,
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
  }
}

/** The server's own words are looked at and never repeated: they may hold what a person wrote. */
function meaning(host: string, { status, body }: Answer): Refusal | undefined {
  const words = textAt(body, 'error') ?? ''
  if (status === 413)
    return { kind: 'media_refused', because: because('image_too_large', { host }) }
  if (status === 404)
    return { kind: 'content_refused', because: because('reference_missing', { host }) }
  if (status !== 422) return undefined
  if (/character limit|too long/i.test(words))
    return { kind: 'content_refused', because: because('text_too_long', { host }) }
  if (/media|attach|file|image|video/i.test(words))
    return { kind: 'media_refused', because: because('image_refused', { host }) }
  return { kind: 'content_refused', because: because('post_refused', { host }) }
}

/** Fields to send as a form, the one encoding that OAuth's endpoints must understand. */
export function form(fields: Record<string, string>): RequestInit {
  return {
    method: 'POST',
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: new URLSearchParams(fields).toString(),
  }
}

/** A status out of an answer; null where it is none. */
export function statusFrom(body: unknown): Status | null {
  const id = textAt(body, 'id')
  const created = Date.parse(textAt(body, 'created_at') ?? '')
  if (!id || Number.isNaN(created)) return null
  const fields = body as Record<string, unknown>
  const media = Array.isArray(fields.media_attachments) ? fields.media_attachments : []
  return {
    id,
    url: textAt(body, 'url') ?? textAt(body, 'uri') ?? '',
    content: textAt(body, 'content') ?? '',
    createdAt: new Date(created),
    inReplyTo: textAt(body, 'in_reply_to_id') ?? null,
    mediaIds: media.flatMap((item) => textAt(item, 'id') ?? []),
    application: textAt(body, 'application', 'name') ?? null,
    counts: {
      likes: numberIn(fields.favourites_count),
      reposts: numberIn(fields.reblogs_count),
      replies: numberIn(fields.replies_count),
    },
  }
}

const numberIn = (value: unknown): number => (typeof value === 'number' ? value : 0)

/** A success that does not carry what it must: something happened, and nobody knows what. */
export function unreadable(call: Call, phase: Phase): NetworkError {
  const host = hostOf(call.channel.origin)
  return phase === 'other'
    ? new NetworkError('no', 'server_busy', because('unreadable', { host }))
    : new NetworkError('ambiguous', 'server_busy', because('unreadable_unknown', { host }))
}
