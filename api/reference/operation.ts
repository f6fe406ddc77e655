/** One operation in full: who may call it, what it takes, what it answers. */
import type { Grants } from '../../policies/access/grants.ts'
import { curl } from './example.ts'
import {
  home,
  type Answer,
  type Document,
  type Operation,
  type Parameter,
  type Place,
} from './document.ts'
import { code, escape } from './html.ts'
import { aboutOf, fields, rows, typeOf, type Row } from './schema.ts'

export function operationArticle(document: Document, policy: Grants, place: Place): string {
  const { method, path, operation: o } = place
  const id = escape(o.operationId)
  return `<article id="${id}" aria-labelledby="${id}-title">
<h2 id="${id}-title"><a href="#${id}">${escape(o.summary)}</a></h2>
<p class="path">${methodTag(method)} ${pathCode(path)}</p>
<p class="muted">${code(o.operationId)} · ${whoMay(o, policy)}</p>
${parameters(o)}${body(o)}${answers(o)}
<h3>Example</h3><pre>${escape(curl(document, place))}</pre>
</article>`
}

export const methodTag = (method: string): string =>
  `<span class="method ${method}">${method.toUpperCase()}</span>`

/** A long path is broken between its parts, not in a word. */
export const pathCode = (path: string): string =>
  `<code>${escape(path).replace(/(?<=.)\//g, '<wbr>/')}</code>`

const everybody: Record<string, string> = {
  public: 'for anybody',
  'signed-in': 'for people and API keys',
  person: 'for people, not for API keys',
  operator: 'for whoever runs the instance',
}
function whoMay(o: Operation, policy: Grants): string {
  const permission = o['x-permission']
  if (everybody[permission]) return everybody[permission]
  const may = policy.roles.filter((role) => policy.ofRole(role).has(permission))
  const people = may.map((role) => `${role}s`).join(', ')
  const scope = policy.scopes.find((name) => policy.ofScopes([name]).has(permission))
  const keys = scope ? `, and API keys with the scope ${code(scope)}` : ', not for API keys'
  return `${code(permission)}: for ${people}${keys}`
}

const places: Record<string, string> = { path: 'Path', query: 'Query', header: 'Headers' }

function parameters({ parameters: all = [] }: Operation): string {
  return Object.entries(places)
    .map(([where, title]) => {
      const found = all.filter((p) => p.in === where).map(parameterRow)
      return found.length ? `<h3>${title}</h3>${rows(found)}` : ''
    })
    .join('')
}

const parameterRow = ({ name, required, schema, description }: Parameter): Row => ({
  name,
  text: aboutOf(schema ?? {}, description),
  ...(required ? {} : { note: 'optional' }),
})

function body({ requestBody }: Operation): string {
  if (!requestBody) return ''
  const [type, { schema }] = Object.entries(requestBody.content)[0]!
  return `<h3>Body</h3>${type === 'application/json' ? fields(schema ?? {}) : `<p>${code(type)}, the raw bytes</p>`}`
}

function answers({ responses }: Operation): string {
  const all = Object.entries(responses)
  const [good, refused] = [all.filter(([s]) => s < '300'), all.filter(([s]) => s >= '300')]
  const refusals = refused.flatMap(([status, answer]) =>
    codesOf(answer).map((kind) => `${status} ${escape(kind)}`),
  )
  // Words alone: a link from each would be hundreds on a page, more than anybody steps through by keyboard.
  return `<h3>Answer</h3>${good.map(success).join('')}<h3><a class="more" href="${home}#errors">Refusals</a></h3><p class="refusals">${refusals.join(', ')}</p>`
}

function success([status, { content }]: [string, Answer], index: number): string {
  const [type, media] = Object.entries(content ?? {})[0] ?? []
  const schema = media?.schema
  if (!schema) return `<p>${status}, without a body</p>`
  if (type !== 'application/json') return `<p>${status}, ${code(type!)}</p>`
  // Another status says the same about something that goes on.
  if (index > 0) return `<p>${status}, the same</p>`
  return schema.properties
    ? `<p>${status}</p>${fields(schema)}`
    : `<p>${status}, ${typeOf(schema)}</p>`
}

const codesOf = ({ content }: Answer): string[] =>
  (content?.['application/problem+json']?.schema?.properties?.code?.enum ?? []) as string[]
