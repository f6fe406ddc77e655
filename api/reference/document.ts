/** The OpenAPI document as far as the reference reads it. */

export interface Schema {
  $ref?: string
  type?: string | string[]
  anyOf?: Schema[]
  oneOf?: Schema[]
  allOf?: Schema[]
  items?: Schema
  enum?: unknown[]
  const?: unknown
  properties?: Record<string, Schema>
  additionalProperties?: Schema | boolean
  required?: string[]
  description?: string
  default?: unknown
  examples?: unknown[]
  format?: string
  pattern?: string
  minLength?: number
  maxLength?: number
  minimum?: number
  maximum?: number
  minItems?: number
  maxItems?: number
}

export interface Parameter {
  name: string
  in: string
  required?: boolean
  schema?: Schema
  description?: string
}

export interface Answer {
  description: string
  content?: Record<string, { schema?: Schema }>
}

export interface Operation {
  operationId: string
  summary: string
  tags: string[]
  parameters?: Parameter[]
  requestBody?: { content: Record<string, { schema?: Schema }> }
  responses: Record<string, Answer>
  'x-permission': string
  'x-key-needs'?: string
}

export interface Document {
  servers: { url: string }[]
  tags: { name: string; description: string }[]
  paths: Record<string, Record<string, Operation>>
  components: { schemas: Record<string, Schema> }
}

export interface Place {
  path: string
  method: string
  operation: Operation
}

/** One page of the reference. */
export interface Subject {
  name: string
  description: string
  /** Where its page is. */
  href: string
  places: Place[]
}

/** The overview's own path. */
export const home = '/api/v1/'

/** The subjects that have operations, in the document's order. */
export function subjectsOf(document: Document): Subject[] {
  const places = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ path, method, operation })),
  )
  return document.tags
    .map(({ name, description }) => ({
      name,
      description,
      href: `${home}reference/${name.toLowerCase()}`,
      places: places.filter(({ operation }) => operation.tags[0] === name),
    }))
    .filter((subject) => subject.places.length > 0)
}

export const nameOf = ($ref: string): string => $ref.split('/').at(-1)!

/** Names of the schemas that a part of the document leads to, and those lead to, in the order in which they are met. */
export function schemasIn(document: Document, part: unknown): string[] {
  const found = new Set<string>()
  const look = (value: unknown): void => {
    if (!value || typeof value !== 'object') return
    const { $ref } = value as Schema
    if (typeof $ref === 'string' && $ref.startsWith('#/components/schemas/')) {
      const name = nameOf($ref)
      if (found.has(name)) return
      found.add(name)
      look(document.components.schemas[name])
    }
    Object.values(value).forEach(look)
  }
  look(part)
  return [...found]
}
