/** The API's reference page, rendered from the OpenAPI document; no scripts, nothing from elsewhere. */
import { createHash } from 'node:crypto'

interface Schema {
  $ref?: string
  type?: string | string[]
  anyOf?: Schema[]
  oneOf?: Schema[]
  allOf?: Schema[]
  items?: Schema
  enum?: unknown[]
  const?: unknown
  properties?: Record<string, Schema>
  required?: string[]
  description?: string
  default?: unknown
  format?: string
}
interface Operation {
  operationId: string
  summary: string
  tags: string[]
  parameters?: {
    name: string
    in: string
    required?: boolean
    schema?: Schema
    description?: string
  }[]
  requestBody?: { content: Record<string, { schema?: Schema }> }
  responses: Record<string, { description: string; content?: Record<string, { schema?: Schema }> }>
  'x-permission': string
  'x-key-needs'?: string
}
interface Document {
  info: { title: string; description: string }
  servers: { url: string }[]
  paths: Record<string, Record<string, Operation>>
  components: { schemas: Record<string, Schema> }
}

const style = `
:root{color-scheme:light dark;--bg:oklch(98.6% .004 85);--surface:#fff;--line:oklch(91.5% .008 85);--text:oklch(24% .02 285);--muted:oklch(49% .02 285);--accent:oklch(52% .19 287);--sunken:oklch(96.8% .006 85)}
@media(prefers-color-scheme:dark){:root{--bg:oklch(19% .014 285);--surface:oklch(23% .016 285);--line:oklch(30% .018 285);--text:oklch(94% .008 285);--muted:oklch(72% .018 285);--accent:oklch(74% .14 290);--sunken:oklch(21% .015 285)}}
*{box-sizing:border-box}body{margin:0;background:var(--bg);color:var(--text);font:14px/1.55 'Inter Variable',Inter,system-ui,sans-serif}
.page{max-width:1080px;margin:0 auto;padding:24px 20px 80px;display:grid;grid-template-columns:200px minmax(0,1fr);gap:32px}
nav{position:sticky;top:24px;align-self:start;max-height:calc(100vh - 48px);overflow:auto}nav a{display:block;color:var(--muted);text-decoration:none;padding:3px 0}nav a:hover{color:var(--text)}
nav b{display:block;margin:12px 0 2px;font-size:12.5px}h1{font-size:22px;margin:0 0 8px}h2{font-size:17px;margin:36px 0 8px}
article,details.schema{overflow-wrap:anywhere;background:var(--surface);border:1px solid var(--line);border-radius:10px;padding:14px 16px;margin:12px 0}
h3{font-size:14px;margin:0 0 4px}code,pre{font:12.5px/1.5 ui-monospace,Menlo,monospace}.path{display:flex;gap:10px;flex-wrap:wrap;align-items:baseline}
.method{font-weight:700;color:var(--accent);text-transform:uppercase}table{border-collapse:collapse;width:100%;margin:8px 0}td,th{text-align:left;vertical-align:top;padding:4px 10px 4px 0;border-top:1px solid var(--line);font-weight:400}
th{width:34%}.muted{color:var(--muted)}pre{background:var(--sunken);border-radius:7px;padding:10px 12px;white-space:pre-wrap;overflow-wrap:anywhere;margin:8px 0 0}a{color:var(--accent)}
summary{cursor:pointer;font-weight:600}@media(max-width:760px){.page{grid-template-columns:minmax(0,1fr)}nav{position:static;max-height:none}}`

const escape = (text: string): string =>
  text.replace(/[&<>"]/g, (c) => ({ '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' })[c]!)
const code = (text: string): string => `<code>${escape(text)}</code>`
const prose = (text: string): string => escape(text).replace(/`([^`]+)`/g, '<code>$1</code>')

/** The page and the content security policy that lets exactly its style through. */
export function referencePage(document: Document): { html: string; policy: string } {
  const operations = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ path, method, operation })),
  )
  const tags = [...new Set(operations.map((o) => o.operation.tags[0]!))]
  const server = document.servers[0]!.url
  const sections = tags.map((tag) => {
    const mine = operations.filter((o) => o.operation.tags[0] === tag)
    return `<h2 id="tag-${escape(tag)}">${escape(tag)}</h2>${mine.map((o) => article(server, o)).join('')}`
  })
  const menu = tags.map((tag) => {
    const mine = operations.filter((o) => o.operation.tags[0] === tag)
    return `<b>${escape(tag)}</b>${mine.map((o) => `<a href="#${o.operation.operationId}">${o.operation.operationId}</a>`).join('')}`
  })
  const schemas = Object.entries(document.components.schemas).map(
    ([name, schema]) =>
      `<details class="schema" id="schema-${escape(name)}"><summary>${escape(name)}</summary>${fields(schema)}</details>`,
  )
  const html = `<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1"><title>API reference · PostAura</title><style>${style}</style>
<div class="page"><nav aria-label="Endpoints"><a href="/">PostAura</a><a href="openapi.json">OpenAPI document</a>${menu.join('')}<b><a href="#schemas">Schemas</a></b></nav>
<main><h1>API reference</h1><p class="muted">${prose(document.info.description)}</p>${sections.join('')}<h2 id="schemas">Schemas</h2>${schemas.join('')}</main></div></html>`
  const hash = createHash('sha256').update(style).digest('base64')
  return {
    html,
    policy: `default-src 'none'; style-src 'sha256-${hash}'; base-uri 'none'; frame-ancestors 'none'`,
  }
}

function article(
  server: string,
  { path, method, operation: o }: { path: string; method: string; operation: Operation },
): string {
  const body = o.requestBody?.content['application/json']?.schema
  const upload = o.requestBody && !body
  const answers = Object.entries(o.responses).map(
    ([status, r]) => `<tr><th>${status}</th><td>${prose(r.description)}${answerType(r)}</td></tr>`,
  )
  return `<article id="${o.operationId}"><div class="path"><span class="method">${method}</span>${code(path)}</div><h3>${escape(o.summary)}</h3>
<div class="muted">${code(o.operationId)} · ${who(o['x-permission'])}${o['x-key-needs'] ? ', and a key that may approve, publish and delete' : ''}</div>${parameters(o)}${body ? `<h3>Body</h3>${fields(body)}` : ''}
<h3>Answers</h3><table>${answers.join('')}</table><pre>${escape(curl(server, method, path, { body: !!body, upload: !!upload, open: o['x-permission'] === 'public' }))}</pre></article>`
}

const everybody: Record<string, string> = {
  public: 'for anybody',
  'signed-in': 'for people and API keys',
  person: 'for people, not for API keys',
  operator: 'for who runs the instance',
}
const who = (permission: string): string => everybody[permission] ?? `needs ${code(permission)}`

const answerType = (r: { content?: Record<string, { schema?: Schema }> }): string => {
  const schema = r.content?.['application/json']?.schema
  return schema ? ` ${typeOf(schema)}` : ''
}

function parameters(o: Operation): string {
  if (!o.parameters?.length) return ''
  const lines = o.parameters.map(
    (p) =>
      `<tr><th>${code(p.name)} <span class="muted">${p.in}${p.required ? '' : ', optional'}</span></th><td>${p.schema ? typeOf(p.schema) : ''} ${prose(p.description ?? p.schema?.description ?? '')}</td></tr>`,
  )
  return `<table>${lines.join('')}</table>`
}

function fields(schema: Schema): string {
  if (!schema.properties) return `<p>${typeOf(schema)}</p>`
  const required = new Set(schema.required)
  const lines = Object.entries(schema.properties).map(
    ([name, s]) =>
      `<tr><th>${code(name)}${required.has(name) ? '' : ' <span class="muted">optional</span>'}</th><td>${typeOf(s)} ${prose(s.description ?? '')}${s.default === undefined ? '' : ` <span class="muted">default ${code(JSON.stringify(s.default))}</span>`}</td></tr>`,
  )
  return `<table>${lines.join('')}</table>`
}

function typeOf(s: Schema): string {
  if (s.$ref) {
    const name = s.$ref.split('/').at(-1)!
    return `<a href="#schema-${escape(name)}">${escape(name)}</a>`
  }
  const choices = s.anyOf ?? s.oneOf ?? s.allOf
  if (choices) return choices.map(typeOf).join(' or ')
  if (s.enum) return s.enum.map((v) => code(JSON.stringify(v))).join(' ')
  if (s.const !== undefined) return code(JSON.stringify(s.const))
  if (s.items) return `list of ${typeOf(s.items)}`
  const type = Array.isArray(s.type) ? s.type.join(' or ') : (s.type ?? 'any')
  return `<span class="muted">${escape(type)}${s.format ? `, ${escape(s.format)}` : ''}</span>`
}

function curl(
  server: string,
  method: string,
  path: string,
  has: { body: boolean; upload: boolean; open: boolean },
): string {
  const lines = [`curl -X ${method.toUpperCase()} '${server}${path}'`]
  if (!has.open) lines.push(`-H "Authorization: Bearer $POSTAURA_KEY"`)
  if (has.body) lines.push(`-H 'Content-Type: application/json'`, `-d '{ … }'`)
  if (has.upload) lines.push(`-H 'Content-Type: image/png'`, `--data-binary @image.png`)
  return lines.join(' \\\n  ')
}
