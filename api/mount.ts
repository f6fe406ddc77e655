/** Puts the endpoint table on an Express router, and before server-side rendering as a transport. */
import express, {
  type Request as HttpRequest,
  type Response as HttpResponse,
  type Router,
} from 'express'
import { endpoints, type EndpointName } from '#contract/endpoints.ts'
import type { Endpoint } from '#contract/platform/endpoint.ts'
import type { WireAnswer, WireRequest } from '#contract/client.ts'
import { Problem, toDocument } from '#contract/platform/problems.ts'
import type { Actor } from '../core/platform/actor.ts'
import type { Context } from '../core/platform/context.ts'
import { dispatch, type HandlerMap } from './dispatch.ts'
import { streamEvents } from './platform/events.ts'
import type { Request } from './request.ts'

export type Actored = HttpRequest & { actor: Actor; requestId: string }

/** Every endpoint of the table below the router's own path. */
export function apiRouter(ctx: Context, handlers: HandlerMap): Router {
  const router = express.Router()
  const json = express.json({ limit: '1mb', strict: false })
  for (const [name, e] of Object.entries(endpoints) as [EndpointName, Endpoint][]) {
    const body = e.raw === 'upload' ? [] : [json]
    router[e.method](e.path, ...body, (req: HttpRequest, res: HttpResponse) =>
      e.raw === 'events'
        ? streamEvents(ctx, fromHttp(name, e, req as Actored, res), req, res)
        : serve(ctx, handlers, name, e, req as Actored, res),
    )
  }
  router.use(() => {
    throw new Problem('not_found')
  })
  return router
}

async function serve(
  ctx: Context,
  handlers: HandlerMap,
  name: EndpointName,
  e: Endpoint,
  req: Actored,
  res: HttpResponse,
) {
  const answer = await dispatch(ctx, handlers, fromHttp(name, e, req, res))
  for (const [header, value] of Object.entries(answer.headers)) res.setHeader(header, value)
  if (answer.cookies.length) res.append('set-cookie', answer.cookies)
  res.setHeader('cache-control', 'no-store')
  res.status(answer.status)
  if (answer.body === undefined) res.end()
  else res.json(answer.body)
}

function fromHttp(name: EndpointName, e: Endpoint, req: Actored, res: HttpResponse): Request {
  return {
    name,
    params: req.params as Record<string, string>,
    query: req.query,
    body: req.body,
    headers: req.headers as Record<string, string | undefined>,
    actor: req.actor,
    tell: (headers) => void res.set(headers),
    unread: Boolean(e.body) && req.is('json') === false,
    ...(e.raw === 'upload'
      ? { upload: { stream: req, contentType: req.headers['content-type'] ?? '' } }
      : {}),
  }
}

/** Renders what was thrown as problem+json; anything that is no Problem is logged in full and answered without detail. */
export function problemHandler(ctx: Context) {
  return (error: unknown, req: HttpRequest, res: HttpResponse, next: (error: unknown) => void) => {
    if (res.headersSent) return next(error)
    const { requestId } = req as Actored
    const problem = asProblem(ctx, error, requestId)
    if (problem.retryAfter !== undefined) res.setHeader('retry-after', String(problem.retryAfter))
    if (problem.kind === 'unauthenticated') res.setHeader('www-authenticate', 'Bearer')
    res
      .status(problem.status)
      .type('application/problem+json')
      .send(JSON.stringify(toDocument(problem, requestId)))
  }
}

/** Any thrown thing as a Problem. */
export function asProblem(ctx: Context, error: unknown, requestId: string): Problem {
  if (error instanceof Problem) return error
  const { type, status } = error as { type?: string; status?: number }
  if (type === 'entity.too.large')
    return new Problem('too_large', 'The request is larger than 1 MB.')
  if (type === 'entity.parse.failed') return new Problem('malformed', 'The body is no JSON.')
  // Another charset or another compression than we read.
  if (status === 415) return new Problem('unsupported_media', 'Send plain JSON in UTF-8.')
  if (status === 400) return new Problem('malformed')
  ctx.log.error({ err: error, requestId }, 'a request failed')
  return new Problem(
    'internal',
    `Try again. If it stays, give whoever runs this instance the number ${requestId}.`,
  )
}

/** The client's transport for server-side rendering: the same dispatch, a JSON round trip, cookies as data. */
export function localTransport(ctx: Context, handlers: HandlerMap, req: Actored) {
  return async (wire: WireRequest): Promise<WireAnswer> => {
    try {
      const answer = await dispatch(ctx, handlers, fromWire(wire, req))
      const cookies = answer.cookies.map(cookieData)
      return {
        status: answer.status,
        body: roundTrip(answer.body),
        ...(cookies.length ? { cookies } : {}),
      }
    } catch (error) {
      const problem = asProblem(ctx, error, req.requestId)
      return {
        status: problem.status,
        body: toDocument(problem, req.requestId),
        ...(problem.retryAfter === undefined ? {} : { retryAfter: problem.retryAfter }),
      }
    }
  }
}

const roundTrip = (value: unknown): unknown =>
  value === undefined ? undefined : JSON.parse(JSON.stringify(value))

function fromWire(wire: WireRequest, req: Actored): Request {
  const url = new URL(wire.path, 'http://local')
  return {
    name: wire.name,
    params: pathParams(endpoints[wire.name].path, url.pathname),
    query: Object.fromEntries(url.searchParams),
    body: typeof wire.body === 'string' ? JSON.parse(wire.body) : undefined,
    headers: { ...wire.headers, 'user-agent': req.headers['user-agent'] },
    actor: req.actor,
  }
}

function pathParams(pattern: string, path: string): Record<string, string> {
  const given = path.split('/')
  const params: Record<string, string> = {}
  pattern.split('/').forEach((part, i) => {
    if (part.startsWith(':')) params[part.slice(1)] = decodeURIComponent(given[i] ?? '')
  })
  return params
}

function cookieData(line: string): { name: string; value: string; maxAge: number } {
  const [pair = '', ...attributes] = line.split(/;\s*/)
  const equals = pair.indexOf('=')
  const maxAge = attributes.map((a) => /^max-age=(-?\d+)$/i.exec(a)).find(Boolean)?.[1]
  return {
    name: pair.slice(0, equals),
    value: decodeURIComponent(pair.slice(equals + 1)),
    maxAge: Number(maxAge ?? 0),
  }
}
