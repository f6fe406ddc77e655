/** Schemas as words: a row for every field, however deep, with its type and its bounds. */
import { code, escape, prose } from './html.ts'
import { nameOf, type Schema } from './document.ts'

/** The fields of an object, of each kind that it may be, or what else it is. */
export function fields(schema: Schema): string {
  const kinds = (schema.oneOf ?? schema.anyOf ?? []).filter((kind) => kind.properties)
  if (kinds.length > 1) return kinds.map(fields).join('<p class="muted">or</p>')
  const found = rowsOf(schema, '')
  return found.length ? rows(found) : `<p>${typeOf(schema)}</p>`
}

export interface Row {
  name: string
  /** Beside the name: `optional`. */
  note?: string
  /** HTML. */
  text: string
}

export const rows = (found: Row[]): string =>
  `<dl>${found
    .map(
      ({ name, note, text }) =>
        `<div><dt>${code(name)}${note ? ` <span class="muted">${note}</span>` : ''}</dt><dd>${text}</dd></div>`,
    )
    .join('')}</dl>`

/** Everything that is said of a value: its type, what it means, and what it is when nobody says. */
export function aboutOf(schema: Schema, description = schema.description): string {
  const type = typeOf(schema)
  // A description that is the type, said more closely, takes its place.
  if (description?.startsWith(type)) return prose(description) + defaultOf(schema)
  return `${type}${description ? `; <span class="says">${prose(description)}</span>` : ''}${defaultOf(schema)}`
}

const defaultOf = ({ default: value }: Schema): string =>
  value === undefined || isEmpty(value) ? '' : `; default ${code(JSON.stringify(value))}`

/** Nothing is what everybody expects of a field that is left out. */
const isEmpty = (value: unknown): boolean =>
  value === '' || (Array.isArray(value) && value.length === 0)

function rowsOf(schema: Schema, before: string): Row[] {
  const required = new Set(schema.required)
  return Object.entries(schema.properties ?? {}).flatMap(([key, field]) => {
    const name = before + key
    const row = { name, text: aboutOf(field), ...(required.has(key) ? {} : { note: 'optional' }) }
    const inner = innerOf(field)
    return [row, ...(inner ? rowsOf(inner.schema, `${name}${inner.lists}.`) : [])]
  })
}

/** The object in a field, through lists and `null`. */
function innerOf(schema: Schema): { schema: Schema; lists: string } | undefined {
  if (schema.properties) return { schema, lists: '' }
  if (schema.items) {
    const inner = innerOf(schema.items)
    return inner && { ...inner, lists: `[]${inner.lists}` }
  }
  const choices = (schema.anyOf ?? schema.oneOf ?? []).map(innerOf).filter((inner) => inner)
  return choices.length === 1 ? choices[0] : undefined
}

/** A type in words, with links to the schemas that have names. */
export function typeOf(s: Schema): string {
  if (s.$ref) {
    const name = escape(nameOf(s.$ref))
    return `<a href="#schema-${name}">${name}</a>`
  }
  const choices = s.anyOf ?? s.oneOf
  if (choices) return choices.map(typeOf).join(' or ')
  if (s.allOf) return s.allOf.map(typeOf).join(' and ')
  if (s.enum) return s.enum.map((value) => code(JSON.stringify(value))).join(', ')
  if (s.const !== undefined) return code(JSON.stringify(s.const))
  if (s.items)
    return `list of ${s.items.properties ? 'objects' : typeOf(s.items)}${counted(s.minItems, s.maxItems, '')}`
  if (typeof s.additionalProperties === 'object' && !s.properties)
    return `object with any names; each: ${typeOf(s.additionalProperties)}`
  const bounds =
    counted(s.minLength, s.maxLength, ' characters') + counted(s.minimum, s.maximum, '')
  return escape(plainType(s) + bounds)
}

const formats: Record<string, string> = {
  uuid: 'UUID',
  'date-time': 'date and time',
  date: 'date',
  email: 'e-mail address',
  uri: 'address',
  binary: 'bytes',
}
const plainType = ({ type, format, examples }: Schema): string => {
  const word = formats[format ?? ''] ?? (Array.isArray(type) ? type.join(' or ') : (type ?? 'any'))
  return examples ? `${word} like ${examples.map((one) => JSON.stringify(one)).join(', ')}` : word
}

/** Bounds that only say what a number of this machine can be are left out. */
function counted(min: number | undefined, max: number | undefined, unit: string): string {
  const least =
    min !== undefined && Number.isSafeInteger(min - 1) && (min > 0 || !unit) ? min : undefined
  const most = max !== undefined && Number.isSafeInteger(max + 1) ? max : undefined
  if (least !== undefined && most !== undefined) return `, ${least} to ${most}${unit}`
  if (most !== undefined) return `, at most ${most}${unit}`
  return least === undefined ? '' : `, at least ${least}${unit}`
}
