/** The endpoint table as an OpenAPI 3.1 document. */
import { z } from 'zod'
import {
  createDocument,
  type ZodOpenApiOperationObject,
  type ZodOpenApiPathsObject,
} from 'zod-openapi'
import { endpoints } from '#contract/endpoints.ts'
import type { Endpoint } from '#contract/platform/endpoint.ts'
import { subjects } from '#contract/platform/subjects.ts'
import { manifests } from '../../networks/manifests.ts'
import { answerHeaders, answersOf, ProblemBody, takesKey } from './openapi-answers.ts'
import { description } from './openapi-words.ts'

/** Builds the document; `server` is the product's own address. */
export function openApi(server: string) {
  const base = `${server}/api/v1`
  const paths: ZodOpenApiPathsObject = {}
  for (const [operationId, e] of Object.entries(endpoints) as [string, Endpoint][]) {
    const path = e.path.replace(/:(\w+)/g, '{$1}')
    paths[path] = { ...paths[path], [e.method]: operation(operationId, e) }
  }
  const document = createDocument({
    openapi: '3.1.1',
    info: {
      title: 'PostAura',
      version: '1',
      description: description(base),
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    servers: [{ url: base }],
    tags: Object.entries(subjects).map(([name, text]) => ({ name, description: text })),
    security: [{ bearer: [] }],
    components: {
      securitySchemes: { bearer: { type: 'http', scheme: 'bearer' } },
      schemas: { Problem: ProblemBody },
      headers: answerHeaders,
    },
    paths,
  })
  // The contract knows only what a name looks like; which networks there are is known here.
  const names = manifests().map(({ name }) => name)
  Object.assign(document.components!.schemas!.NetworkName!, { enum: names })
  return document
}

function operation(operationId: string, e: Endpoint): ZodOpenApiOperationObject {
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
    responses: answersOf(e) as ZodOpenApiOperationObject['responses'],
    'x-permission': typeof e.can === 'string' ? e.can : e.can.join('.'),
    'x-effect': e.effect,
  } as ZodOpenApiOperationObject
}

const ifMatch = z
  .string()
  .describe(
    'The version you read, as its ETag said it, like `"v3"`, or a list of them; `*` for whichever there is. Tags are compared strongly, so a weak one (`W/"v3"`) never matches',
  )

function headersOf(e: Endpoint): z.ZodObject | undefined {
  const shape: Record<string, z.ZodType> = {}
  if (e.ifMatch) shape['If-Match'] = e.ifMatch === 'required' ? ifMatch : ifMatch.optional()
  if (e.raw === 'events')
    shape['Last-Event-ID'] = z
      .string()
      .optional()
      .describe('The id of the last event you got; the stream goes on after it, for 24 hours')
  if (takesKey(e))
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
