/** The endpoint table as an OpenAPI 3.1 document. */
import { z } from 'zod'
import {
  createDocument,
  type ZodOpenApiOperationObject,
  type ZodOpenApiPathsObject,
} from 'zod-openapi'
import { endpoints } from '#contract/endpoints.ts'
import type { Endpoint } from '#contract/endpoint.ts'
import { problems, type ProblemKind } from '#contract/problems.ts'

const ProblemBody = z
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

/** Builds the document; `server` is the product's own address. */
export function openApi(server: string) {
  const paths: ZodOpenApiPathsObject = {}
  for (const [operationId, e] of Object.entries(endpoints) as [string, Endpoint][]) {
    const path = e.path.replace(/:(\w+)/g, '{$1}')
    paths[path] = { ...paths[path], [e.method]: operation(operationId, e) }
  }
  return createDocument({
    openapi: '3.1.1',
    info: {
      title: 'PostAura',
      version: '1',
      description:
        'Every endpoint takes a session or an API key as `Authorization: Bearer`. Instants are RFC 3339 with an offset, time zones are IANA names. Errors are problem+json. POST takes an `Idempotency-Key`. Lists are cursor pages.',
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    servers: [{ url: `${server}/api/v1` }],
    security: [{ bearer: [] }],
    components: { securitySchemes: { bearer: { type: 'http', scheme: 'bearer' } } },
    paths,
  })
}

function operation(operationId: string, e: Endpoint): ZodOpenApiOperationObject {
  const status = String(e.status ?? (e.response ? 200 : 204))
  const header = headersOf(e)
  return {
    operationId,
    summary: e.summary,
    tags: [e.tag],
    ...(e.can === 'public' ? { security: [] } : {}),
    requestParams: {
      ...(e.params ? { path: e.params as z.ZodObject } : {}),
      ...(e.query ? { query: e.query as z.ZodObject } : {}),
      ...(header ? { header } : {}),
    },
    ...requestBody(e),
    responses: {
      [status]: success(e),
      ...(e.otherStatus ? { [e.otherStatus]: success(e) } : {}),
      ...refusals(e),
    } as ZodOpenApiOperationObject['responses'],
    'x-permission': typeof e.can === 'string' ? e.can : e.can.join('.'),
  } as ZodOpenApiOperationObject
}

function headersOf(e: Endpoint): z.ZodObject | undefined {
  const shape: Record<string, z.ZodType> = {}
  if (e.ifMatch) shape['If-Match'] = z.string().describe('The version you read, like "v3"')
  if (e.method === 'post' && !e.raw && e.can !== 'public')
    shape['Idempotency-Key'] = z
      .string()
      .max(200)
      .optional()
      .describe('Makes a repeat harmless for 24 hours')
  return Object.keys(shape).length ? z.object(shape) : undefined
}

function requestBody(e: Endpoint) {
  if (e.raw === 'upload')
    return {
      requestBody: {
        required: true,
        content: { 'image/*': { schema: { type: 'string' as const, format: 'binary' } } },
      },
    }
  return e.body
    ? { requestBody: { required: true, content: { 'application/json': { schema: e.body } } } }
    : {}
}

function success(e: Endpoint) {
  if (e.raw === 'events')
    return {
      description: 'A stream of server-sent events',
      content: { 'text/event-stream': { schema: { type: 'string' as const } } },
    }
  return e.response
    ? { description: 'Done', content: { 'application/json': { schema: e.response } } }
    : { description: 'Done' }
}

function refusals(e: Endpoint) {
  const kinds: ProblemKind[] = [
    ...(e.can === 'public' ? [] : (['unauthenticated'] as const)),
    ...(typeof e.can === 'string' ? [] : (['forbidden', 'not_found'] as const)),
    ...(e.body || e.query ? (['invalid'] as const) : []),
    ...(e.ifMatch ? (['stale', 'precondition_required'] as const) : []),
    ...(e.problems ?? []),
    'too_many',
  ]
  const byStatus = new Map<string, string[]>()
  for (const kind of new Set(kinds)) {
    const status = String(problems[kind].status)
    byStatus.set(status, [...(byStatus.get(status) ?? []), `\`${kind}\`: ${problems[kind].title}`])
  }
  return Object.fromEntries(
    [...byStatus].map(([status, lines]) => [
      status,
      {
        description: lines.join('; '),
        content: { 'application/problem+json': { schema: ProblemBody } },
      },
    ]),
  )
}
