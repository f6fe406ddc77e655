/** Holds what is really answered to the OpenAPI document: a status, a header or a kind of refusal that it does not name is a mistake in it. */
import type { EndpointName } from '#contract/endpoints.ts'
import type { ProblemKind } from '#contract/platform/problems.ts'
import { answerHeaders } from '../../api/reference/openapi-answers.ts'
import { openApi } from '../../api/reference/openapi.ts'

interface Declared {
  headers?: Record<string, unknown>
  content?: Record<string, { schema: { properties?: { code?: { enum?: string[] } } } }>
}

const { paths } = JSON.parse(JSON.stringify(openApi('http://localhost:3000'))) as {
  paths: Record<
    string,
    Record<string, { operationId: string; responses: Record<string, Declared> }>
  >
}
const declared = new Map(
  Object.values(paths)
    .flatMap((methods) => Object.values(methods))
    .map((operation) => [operation.operationId, operation.responses]),
)
const known = Object.keys(answerHeaders).map((name) => name.toLowerCase())

export interface Seen {
  status: number
  /** Names as they came; those that every site sends, and cookies, are not the document's matter. */
  headers?: Iterable<string>
  type?: string
  kind?: ProblemKind
}

/** Throws when the document does not name what was answered. */
export function assertDocumented(name: EndpointName, { status, headers, type, kind }: Seen): void {
  const answer = declared.get(name)?.[String(status)]
  if (!answer)
    throw new Error(`the document does not know that ${name} answers ${status} ${kind ?? ''}`)
  const named = Object.keys(answer.headers ?? {}).map((header) => header.toLowerCase())
  for (const header of headers ?? [])
    if (known.includes(header) && !named.includes(header))
      throw new Error(`the document does not know that ${name} answers ${status} with ${header}`)
  const types = Object.keys(answer.content ?? {})
  if (type ? !types.includes(type) : type === '' && types.length > 0)
    throw new Error(`the document does not know that ${name} answers ${status} as ${type}`)
  const kinds = answer.content?.['application/problem+json']?.schema.properties?.code?.enum
  if (kind && !kinds?.includes(kind))
    throw new Error(`the document does not know that ${name} answers ${kind}`)
}
