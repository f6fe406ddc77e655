/** Asking for JSON of a schema in the strictest form every provider takes, and reading what came. */
import { z } from 'zod'

type JsonSchema = { [key: string]: unknown }

/** Keywords that several providers refuse or ignore; our own validation holds them anyway. */
const dropped = new Set([
  '$schema',
  'minLength',
  'maxLength',
  'pattern',
  'format',
  'minimum',
  'maximum',
  'exclusiveMinimum',
  'exclusiveMaximum',
  'multipleOf',
  'minItems',
  'maxItems',
  'uniqueItems',
  'default',
  'id',
  '$id',
  'title',
  'examples',
  'propertyNames',
  'contentEncoding',
])

const strict = new WeakMap<z.ZodType, JsonSchema>()

/** The common subset of strict modes: every field required, nothing additional, no lengths or patterns. */
export function strictJsonSchema(schema: z.ZodType): JsonSchema {
  const known = strict.get(schema)
  if (known) return known
  const made = subset(
    z.toJSONSchema(schema, { io: 'output', unrepresentable: 'any', reused: 'inline' }),
  ) as JsonSchema
  strict.set(schema, made)
  return made
}

function subset(node: unknown): unknown {
  if (Array.isArray(node)) return node.map(subset)
  if (typeof node !== 'object' || node === null) return node
  const out: JsonSchema = {}
  for (const [key, value] of Object.entries(node)) {
    if (dropped.has(key)) continue
    out[key] = key === 'properties' ? eachProperty(value as JsonSchema) : subset(value)
  }
  if (out.type === 'object' && out.properties) {
    out.required = Object.keys(out.properties)
    out.additionalProperties = false
  }
  return out
}

/** Property names are not keywords: a field called `title` stays. */
function eachProperty(properties: JsonSchema): JsonSchema {
  return Object.fromEntries(
    Object.entries(properties).map(([name, value]) => [name, subset(value)]),
  )
}

/** JSON from a model's text: as it is, or inside a fence, or the outermost braces. Undefined: there is none. */
export function readJson(text: string): unknown {
  const fenced = /```(?:json)?\s*([\s\S]*?)```/.exec(text)?.[1]
  const braces = text.slice(text.indexOf('{'), text.lastIndexOf('}') + 1)
  for (const candidate of [text, fenced, braces]) {
    if (!candidate?.trim()) continue
    try {
      return JSON.parse(candidate)
    } catch {
      // The next form may be readable.
    }
  }
  return undefined
}

/** What is wrong with a value, in sentences that a model can act on. */
export function faultsOf(error: z.ZodError): string[] {
  return error.issues
    .slice(0, 8)
    .map((issue) => `${issue.path.join('.') || 'The answer'}: ${issue.message}`)
}
