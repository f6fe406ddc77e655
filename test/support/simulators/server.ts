/** A small HTTP server for simulators: a table of routes, replies as data, faults around them. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { setImmediate as nextTurn, setTimeout as wait } from 'node:timers/promises'
import type { AddressInfo } from 'node:net'
import { FaultPlan, type Fault } from './faults.ts'

export interface Incoming {
  method: string
  url: URL
  params: Record<string, string>
  headers: IncomingMessage['headers']
  body: Buffer
  /** When it came, before its body was read. */
  arrivedAt: number
}

export interface Reply {
  status: number
  body?: unknown
  headers?: Record<string, string>
}

export interface Route {
  /** Name for faults. */
  label: string
  handle(request: Incoming): Reply
}

/** `'POST /api/v1/statuses/:id'` to what answers it. */
export type Routes = Record<string, Route>

/** A reply thrown from anywhere inside a handler. */
export class Refused extends Error {
  readonly reply: Reply
  constructor(status: number, body: unknown, headers: Record<string, string> = {}) {
    super(`refused with ${status}`)
    this.reply = { status, body, headers }
  }
}

export interface Listening {
  origin: string
  faults: FaultPlan
  close(): Promise<void>
}

export interface ServeOptions {
  routes: Routes
  now(): Date
  port?: number
  /** Headers of every reply, e.g. rate limits. */
  headers?(request: Incoming): Record<string, string>
}

/** Listens on 127.0.0.1 and answers from the table; anything else is 404. */
export async function serve(options: ServeOptions): Promise<Listening> {
  const faults = new FaultPlan()
  const table = Object.entries(options.routes).map(([pattern, route]) => ({
    ...compiled(pattern),
    route,
  }))
  const server = createServer((request, response) => {
    void answer(request, response).catch(() => response.socket?.resetAndDestroy())
  })
  let line = Promise.resolve()
  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const arrivedAt = options.now().getTime()
    // One request a turn of the loop: what comes meanwhile is seen to have come before it is dealt with.
    await (line = line.then(() => nextTurn()))
    const incoming = await read(request, arrivedAt)
    const found = table.find(
      (entry) => entry.method === incoming.method && entry.pattern.test(incoming.url.pathname),
    )
    if (!found)
      return write(
        response,
        { status: 404, body: { error: 'Record not found' } },
        options,
        incoming,
      )
    incoming.params = { ...found.pattern.exec(incoming.url.pathname)?.groups }
    await withFault(response, faults.take(found.route.label), options, incoming, () =>
      run(found.route, incoming),
    )
  }
  await new Promise<void>((listening, refused) => {
    server.once('error', refused)
    server.listen(options.port ?? 0, '127.0.0.1', listening)
  })
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    faults,
    close: async () => {
      server.closeAllConnections()
      await new Promise((closed) => server.close(closed))
    },
  }
}

function compiled(pattern: string): { method: string; pattern: RegExp } {
  const [method, path] = pattern.split(' ') as [string, string]
  const source = path.replace(/[.]/g, '\\.').replace(/:(\w+)/g, '(?<$1>[^/]+)')
  return { method, pattern: new RegExp(`^${source}$`) }
}

async function read(request: IncomingMessage, arrivedAt: number): Promise<Incoming> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk as Buffer)
  const { method = 'GET', url = '/', headers } = request
  const body = Buffer.concat(chunks)
  return { method, url: new URL(url, 'http://simulator'), params: {}, headers, body, arrivedAt }
}

function run(route: Route, incoming: Incoming): Reply {
  try {
    return route.handle(incoming)
  } catch (error) {
    if (error instanceof Refused) return error.reply
    return { status: 500, body: { error: String(error) } }
  }
}

async function withFault(
  response: ServerResponse,
  fault: Fault | undefined,
  options: ServeOptions,
  incoming: Incoming,
  commit: () => Reply,
): Promise<void> {
  const reset = () => void response.socket?.resetAndDestroy()
  const say = (reply: Reply) => write(response, reply, options, incoming)
  if (!fault) return say(commit())
  if (fault.kind === 'reset_before') return reset()
  if (fault.kind === 'error_before') return say({ status: 503, body: { error: 'unavailable' } })
  if (fault.kind === 'limited') return say(limited(options.now()))
  if (fault.kind === 'proxy_before') return say(proxied(fault))
  if (fault.kind === 'late') {
    reset()
    return void wait(fault.delayMs ?? 1000).then(commit)
  }
  const reply = commit()
  if (fault.kind === 'proxy_after') return say(proxied(fault))
  if (fault.kind === 'lost_reply') return reset()
  if (fault.kind === 'error_after') return say({ status: 500, body: { error: 'internal' } })
  if (fault.kind === 'cut_reply') return cut(response, reply)
  await wait(fault.delayMs ?? 1000)
  if (!response.destroyed) say(reply)
}

function limited(now: Date): Reply {
  const reset = new Date(now.getTime() + 90_000).toISOString()
  return {
    status: 429,
    body: { error: 'Too many requests' },
    headers: { 'x-ratelimit-reset': reset },
  }
}

/** What stands in front of a server says so in its own way. */
const proxied = ({ status = 403 }: Fault): Reply => ({
  status,
  body: status === 401 ? '' : `<html><body><h1>${status}</h1>nginx</body></html>`,
})

function cut(response: ServerResponse, reply: Reply): void {
  const text = JSON.stringify(reply.body ?? {})
  response.writeHead(reply.status, {
    'content-type': 'application/json',
    'content-length': text.length,
  })
  response.write(text.slice(0, Math.floor(text.length / 2)), () => response.destroy())
}

function write(
  response: ServerResponse,
  reply: Reply,
  options: ServeOptions,
  incoming: Incoming,
): void {
  const isText = typeof reply.body === 'string'
  response.writeHead(reply.status, {
    date: options.now().toUTCString(),
    'content-type': isText ? 'text/html; charset=utf-8' : 'application/json',
    ...options.headers?.(incoming),
    ...reply.headers,
  })
  response.end(isText ? reply.body : JSON.stringify(reply.body ?? {}))
}

/** The fields of a JSON or form body. Nested form fields (`media_ids[]`) become lists. */
export function fieldsOf(request: Incoming): Record<string, unknown> {
  const type = request.headers['content-type'] ?? ''
  const text = request.body.toString('utf8')
  if (type.startsWith('application/json'))
    return text ? (JSON.parse(text) as Record<string, unknown>) : {}
  const fields: Record<string, unknown> = {}
  for (const [name, value] of new URLSearchParams(text)) {
    if (!name.endsWith('[]')) fields[name] = value
    else
      fields[name.slice(0, -2)] = [
        ...((fields[name.slice(0, -2)] as string[] | undefined) ?? []),
        value,
      ]
  }
  return fields
}

/** Text for HTML. */
export function escaped(text: string): string {
  const marks: Record<string, string> = {
    '&': '&amp;',
    '<': '&lt;',
    '>': '&gt;',
    '"': '&quot;',
    "'": '&#39;',
  }
  return text.replace(/[&<>"']/g, (mark) => marks[mark]!)
}
