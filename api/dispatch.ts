/** The one way to an endpoint, for HTTP and server-side rendering alike: limit, authenticate, authorize, parse, handle, parse the answer. */
import type { z } from 'zod'
import { fillPath } from '#contract/client.ts'
import { endpoints, type EndpointName } from '#contract/endpoints.ts'
import type { Endpoint } from '#contract/platform/endpoint.ts'
import { Problem, type FieldFault } from '#contract/platform/problems.ts'
import { fieldName, plainWords } from '#contract/platform/words.ts'
import { personOf } from '../core/platform/actor.ts'
import type { Context } from '../core/platform/context.ts'
import { rows, type Scope } from '../core/platform/db.ts'
import { callerOf, decide, scopeOf } from './decide.ts'
import type { Caller, Handler, Reply } from './handler-types.ts'
import { beginOnce, repeatable, type Earlier, type Once } from './idempotency.ts'
import { limitRequest } from './limit.ts'
import { preconditionOf, tagOf } from './if-match.ts'
import type { Answer, Request } from './request.ts'

export type HandlerMap = { [N in EndpointName]: Handler<Endpoint> }

/** Answers a request or throws Problem. */
export async function dispatch(
  ctx: Context,
  handlers: HandlerMap,
  request: Request,
): Promise<Answer> {
  await limitRequest(ctx, request)
  return answerTo(ctx, handlers, request)
}

async function answerTo(ctx: Context, handlers: HandlerMap, request: Request): Promise<Answer> {
  const e: Endpoint = endpoints[request.name]
  refuseStrangers(e, request)
  const scope = scopeOf(request)
  const answer = freshAnswer(e)
  // Whoever lost the right since must not be told what was answered while it was there, nor have an upload read.
  if (repeatable(e, request)) await ctx.db.tx(scope, () => authorize(ctx, e, request))
  const once = await beginOnce(ctx, e, request)
  if (once?.earlier) return again(ctx, handlers, request, once.earlier)
  try {
    if (e.tx === 'own') {
      const caller = await ctx.db.tx(scope, () => authorize(ctx, e, request))
      await perform(ctx, handlers, e, request, caller, answer)
      if (once) await ctx.db.tx(scope, () => once.finish(answer))
    } else {
      await ctx.db.tx(scope, async () => {
        const caller = await authorize(ctx, e, request)
        await perform(ctx, handlers, e, request, caller, answer)
        await once?.finish(answer)
      })
    }
  } catch (error) {
    await forget(once)
    throw error
  }
  return answer
}

/** What was done before is not done again: what it made is read as it is now, or the answer that was kept is given. */
async function again(
  ctx: Context,
  handlers: HandlerMap,
  request: Request,
  earlier: Earlier,
): Promise<Answer> {
  const replayed = { 'idempotent-replayed': 'true' }
  if (!earlier.read) {
    await refuseLeavers(ctx, scopeOf(request), request, earlier.answer)
    const { answer } = earlier
    return { ...answer, headers: { ...answer.headers, ...replayed } }
  }
  const { name, params, status } = earlier.read
  const { actor } = request
  const read: Request = { name, params, actor, query: {}, body: undefined, headers: {} }
  const answer = await answerTo(ctx, handlers, read)
  const { creates }: Endpoint = endpoints[request.name]
  const headers = creates
    ? { ...answer.headers, location: `/api/v1${fillPath(endpoints[name].path, params)}` }
    : answer.headers
  return { ...answer, status, headers: { ...headers, ...replayed } }
}

/** What is asked outside a workspace may have made something in one: who left it since is told no more than a stranger. */
async function refuseLeavers(
  ctx: Context,
  scope: Scope,
  { actor, params }: Request,
  { body, headers }: Answer,
): Promise<void> {
  const [, made] = /\/workspaces\/([^/]+)/.exec(headers.location ?? '') ?? []
  const within = (body as { workspaceId?: string } | undefined)?.workspaceId ?? made
  if (params.workspaceId || !within) return
  const found = await ctx.db.tx(scope, () =>
    rows('select 1 from memberships where workspace_id = $1 and person_id = $2', [
      within,
      personOf(actor) ?? null,
    ]),
  )
  if (found.length === 0) throw new Problem('not_found')
}

/** A refused request leaves its key free for the next try. */
const forget = async (once: Once | undefined) => once?.forget()

/** Decides on an endpoint without running it (event streams). */
export async function admit(ctx: Context, request: Request): Promise<Caller> {
  const e: Endpoint = endpoints[request.name]
  refuseStrangers(e, request)
  return ctx.db.tx(scopeOf(request), () => authorize(ctx, e, request))
}

/** Who asks, once it is decided that they may. In the open unit of work. */
async function authorize(ctx: Context, e: Endpoint, request: Request): Promise<Caller> {
  const caller = await callerOf(ctx, request)
  await decide(ctx, e, request, caller)
  return caller
}

function refuseStrangers(e: Endpoint, { actor }: Request): void {
  if (e.can === 'public') return
  if (actor.kind === 'anonymous') throw new Problem('unauthenticated')
  if (actor.kind === 'key' && (e.can === 'person' || e.can === 'operator'))
    throw new Problem('forbidden', 'An API key cannot do this; a person has to sign in.')
}

async function perform(
  ctx: Context,
  handlers: HandlerMap,
  e: Endpoint,
  request: Request,
  caller: Caller,
  answer: Answer,
) {
  const input = parseInput(e, request)
  if (e.tx !== 'own') await input.ifMatch()
  const result = await handlers[request.name](ctx, input as never, caller, replyInto(answer))
  if (!e.response) return
  const parsed = e.response.safeParse(result)
  if (!parsed.success)
    throw new Error(
      `${request.name} answered something else than declared: ${parsed.error.message}`,
    )
  answer.body = parsed.data
  const version = (parsed.data as { version?: unknown }).version
  if (typeof version === 'number') answer.headers.etag = tagOf(version)
  const location = locationOf(e, request, parsed.data)
  if (location) answer.headers.location = location
}

/** The address of what was made. */
function locationOf(e: Endpoint, { params }: Request, body: unknown): string | undefined {
  if (!e.creates) return undefined
  const [path, ...way] = e.creates
  const last = /:(\w+)$/.exec(path)?.[1]
  const id = way.reduce((at: unknown, key) => (at as Record<string, unknown> | null)?.[key], body)
  if (last && typeof id !== 'string') return undefined
  return `/api/v1${fillPath(path, last ? { ...params, [last]: id } : params)}`
}

const freshAnswer = (e: Endpoint): Answer => ({
  status: e.status ?? (e.response ? 200 : 204),
  body: undefined,
  headers: {},
  cookies: [],
})

const replyInto = (answer: Answer): Reply => ({
  cookies: (lines) => answer.cookies.push(...lines),
  status: (code) => void (answer.status = code),
  header: (name, value) => void (answer.headers[name.toLowerCase()] = value),
})

function parseInput(e: Endpoint, request: Request) {
  const errors: FieldFault[] = []
  let summary: string | undefined
  const part = (schema: z.ZodType | undefined, value: unknown, at: string) => {
    if (!schema) return undefined
    const plain = new Set<string>()
    const error: typeof plainWords = (issue) => {
      const words = plainWords(issue)
      plain.add(words)
      return words
    }
    const parsed = schema.safeParse(value, { error })
    if (parsed.success) return parsed.data
    for (const { path, message } of parsed.error.issues) {
      errors.push({ pointer: pointerTo(at, path), detail: message })
      summary ??= plain.has(message) ? `${fieldName(path)}: ${message}` : message
    }
    return undefined
  }
  if (e.params && !e.params.safeParse(request.params).success) throw new Problem('not_found')
  // Otherwise it would be told that every field is missing.
  if (request.unread)
    throw new Problem(
      'unsupported_media',
      'Send the body as JSON, with Content-Type: application/json.',
    )
  const input = {
    params: part(e.params, request.params, 'params'),
    query: part(e.query, request.query, 'query'),
    body: part(e.body, e.body ? (request.body ?? {}) : undefined, 'body'),
    ...(request.upload ? { upload: request.upload } : {}),
  }
  if (errors.length) throw new Problem('invalid', summary, { errors })
  return { ...input, ifMatch: preconditionOf(e, request.params, request.headers['if-match']) }
}

/** Into the body, unless it leads elsewhere. */
const pointerTo = (at: string, path: PropertyKey[]): string =>
  (at === 'body' ? path : [at, ...path]).map((part) => `/${String(part)}`).join('')
