/** What an endpoint answers, for the OpenAPI document: every status and every header that a client may meet. */
import { z } from 'zod'
import type { Endpoint } from '#contract/platform/endpoint.ts'
import { problems, type ProblemKind } from '#contract/platform/problems.ts'

export const ProblemBody = z
  .object({
    type: z.string(),
    title: z.string(),
    status: z.number().int(),
    code: z.enum(Object.keys(problems) as [ProblemKind, ...ProblemKind[]]),
    detail: z.string().optional(),
    instance: z.string().optional(),
    errors: z.array(z.object({ pointer: z.string(), detail: z.string() })).optional(),
  })
  .meta({ id: 'Problem' })

const text = { type: 'string' as const }
/** Headers by name, as components of the document. */
export const answerHeaders = {
  'X-Request-Id': { description: 'Name this number when you report a failure.', schema: text },
  RateLimit: {
    description: 'What is left of the limit (`r`), and after how many seconds it is whole (`t`).',
    schema: text,
  },
  'RateLimit-Policy': { description: 'The limit: requests (`q`) in seconds (`w`).', schema: text },
  ETag: { description: 'The version, for If-Match, like `"v3"`; always strong.', schema: text },
  Location: { description: 'Where that which was made is.', schema: text },
  'Idempotent-Replayed': {
    description: '`true`: this is the answer of the first request with this Idempotency-Key.',
    schema: text,
  },
  'Retry-After': {
    description: 'After how many seconds trying again makes sense.',
    schema: { type: 'integer' as const },
  },
  'WWW-Authenticate': { description: 'How to say who you are: `Bearer`.', schema: text },
}
type HeaderName = keyof typeof answerHeaders
const always: HeaderName[] = ['X-Request-Id', 'RateLimit', 'RateLimit-Policy']

const refs = (names: HeaderName[]) =>
  Object.fromEntries(names.map((name) => [name, { $ref: `#/components/headers/${name}` }]))

/** True where a repeat may be made harmless: callers without a name of their own cannot say that it is they who repeat. */
export const takesKey = (e: Endpoint): boolean =>
  e.method === 'post' && e.can !== 'public' && !e.secret

const versioned = (schema: z.ZodType | undefined): boolean =>
  schema instanceof z.ZodObject && 'version' in schema.shape

export function answersOf(e: Endpoint) {
  const status = String(e.status ?? (e.response ? 200 : 204))
  return {
    [status]: success(e),
    ...(e.otherStatus ? { [e.otherStatus]: success(e) } : {}),
    ...refusals(e),
  }
}

function success(e: Endpoint) {
  const headers = refs([
    ...always,
    ...(versioned(e.response) ? (['ETag'] as const) : []),
    ...(e.creates ? (['Location'] as const) : []),
    ...(takesKey(e) ? (['Idempotent-Replayed'] as const) : []),
  ])
  if (e.raw === 'events')
    return {
      description: 'A stream of server-sent events',
      headers,
      content: { 'text/event-stream': { schema: text } },
    }
  return e.response
    ? { description: 'Done', headers, content: { 'application/json': { schema: e.response } } }
    : { description: 'Done', headers }
}

/** Every kind of refusal that an endpoint may answer with: what follows from its shape, and what it names itself. */
export function kindsOf(e: Endpoint): ProblemKind[] {
  const member = typeof e.can !== 'string'
  const strict = e.can === 'person' || e.can === 'operator'
  return [
    ...new Set<ProblemKind>([
      ...(e.params || e.query || e.body || e.ifMatch || takesKey(e)
        ? (['malformed'] as const)
        : []),
      ...(e.can === 'public' ? [] : (['unauthenticated'] as const)),
      // A browser that another site makes send something is refused before anything else.
      ...(member || strict || e.method !== 'get' ? (['forbidden'] as const) : []),
      ...(member || e.params ? (['not_found'] as const) : []),
      // Where nothing has a version, any that If-Match names is another.
      ...(e.method === 'get' ? [] : (['stale'] as const)),
      ...(e.ifMatch === 'required' ? (['precondition_required'] as const) : []),
      ...(e.body ? (['too_large', 'unsupported_media'] as const) : []),
      ...(e.body || e.query ? (['invalid'] as const) : []),
      ...(takesKey(e) ? (['in_flight', 'key_reused'] as const) : []),
      ...(e.problems ?? []),
      'too_many',
      'internal',
    ]),
  ]
}

function refusals(e: Endpoint) {
  const byStatus = new Map<number, ProblemKind[]>()
  for (const kind of kindsOf(e)) {
    const { status } = problems[kind]
    byStatus.set(status, [...(byStatus.get(status) ?? []), kind])
  }
  return Object.fromEntries(
    [...byStatus]
      .sort(([a], [b]) => a - b)
      .map(([status, kinds]) => [String(status), refusal(status, kinds)]),
  )
}

function refusal(status: number, kinds: ProblemKind[]) {
  const waits = kinds.some((kind) => problems[kind].retry)
  const schema = {
    allOf: [{ $ref: '#/components/schemas/Problem' }],
    properties: { code: { enum: kinds } },
  }
  return {
    description: kinds.map((kind) => `\`${kind}\`: ${problems[kind].title}`).join('; '),
    headers: refs([
      ...always,
      ...(waits ? (['Retry-After'] as const) : []),
      ...(status === 401 ? (['WWW-Authenticate'] as const) : []),
    ]),
    content: { 'application/problem+json': { schema } },
  }
}
