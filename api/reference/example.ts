/** A request as it is typed: the smallest that the schema takes. */
import { nameOf, type Document, type Parameter, type Place, type Schema } from './document.ts'

/** Any value that fits, with the required fields alone; of an object that requires none, the first. */
export function exampleOf(document: Document, schema: Schema): unknown {
  const again = (inner: Schema) => exampleOf(document, inner)
  if (schema.examples) return schema.examples[0]
  if (schema.$ref) return again(document.components.schemas[nameOf(schema.$ref)]!)
  const choices = schema.anyOf ?? schema.oneOf ?? schema.allOf
  if (choices) return again(choices[0]!)
  if (schema.const !== undefined) return schema.const
  if (schema.enum) return schema.enum[0]
  if (schema.items) return [again(schema.items)]
  if (schema.properties) {
    const wanted = schema.required ?? Object.keys(schema.properties).slice(0, 1)
    return Object.fromEntries(wanted.map((name) => [name, again(schema.properties![name]!)]))
  }
  return plain(schema)
}

const strings: Record<string, string> = {
  uuid: '0197a000-0000-7000-8000-000000000001',
  'date-time': '2027-05-12T09:00:00Z',
  date: '2027-05-12',
  email: 'ada@example.org',
  uri: 'https://example.org/',
}
function plain({ type, format, minimum, minLength = 0 }: Schema): unknown {
  if (type === 'integer' || type === 'number') return Math.max(minimum ?? 1, 1)
  if (type === 'boolean') return true
  if (type === 'object') return {}
  return strings[format ?? ''] ?? 'A few words'.padEnd(minLength, '.')
}

/** What fits on a line of the page. */
const lineLength = 84

/** For a shell: parameters of the path are variables, so that it can be pasted. */
export function curl(document: Document, { method, path, operation }: Place): string {
  const { parameters = [], requestBody } = operation
  const address = document.servers[0]!.url + path.replace(/\{(\w+)\}/g, (_, name) => variable(name))
  const [command, asked] = [
    method === 'get' ? 'curl' : `curl -X ${method.toUpperCase()}`,
    `"${address}${queryOf(document, parameters)}"`,
  ]
  const fits = command.length + asked.length < lineLength
  const lines = fits ? [`${command} ${asked}`] : [command, asked]
  if (operation['x-permission'] !== 'public') lines.push('-H "Authorization: Bearer $POSTAURA_KEY"')
  if (parameters.some((p) => p.name === 'If-Match' && p.required)) lines.push(`-H 'If-Match: "v3"'`)
  const body = requestBody?.content['application/json']?.schema
  if (body) {
    const typed = typedJson(exampleOf(document, body)).replaceAll("'", "'\\''")
    lines.push("-H 'Content-Type: application/json'", `-d '${typed}'`)
  } else if (requestBody) lines.push("-H 'Content-Type: image/png'", '--data-binary @image.png')
  if (operation.responses['200']?.content?.['text/event-stream']) lines.push('--no-buffer')
  return lines.join(' \\\n  ')
}

/** On one line where it fits there. */
function typedJson(value: unknown): string {
  const short = JSON.stringify(value, null, 1).replace(/\n */g, ' ')
  return short.length < lineLength - 8 ? short : JSON.stringify(value, null, 2)
}

const variable = (name: string): string => `$${name.replace(/[A-Z]/g, '_$&').toUpperCase()}`

function queryOf(document: Document, parameters: Parameter[]): string {
  const needed = parameters
    .filter((p) => p.in === 'query' && p.required)
    .map((p) => [p.name, String(exampleOf(document, p.schema ?? {}))])
  return needed.length ? `?${new URLSearchParams(needed).toString()}` : ''
}
