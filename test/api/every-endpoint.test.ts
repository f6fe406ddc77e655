import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { endpoints, type EndpointName } from '#contract/endpoints.ts'
import type { Endpoint } from '#contract/platform/endpoint.ts'
import { createApp } from '../../api/app.ts'
import { startSession } from '../../core/identity/sessions.ts'
import { assertDocumented } from '../support/documented.ts'
import { unlimited } from '../support/unlimited.ts'
import { createWorld, type Tenant, type World } from '../support/world.ts'

const table = Object.entries(endpoints) as [EndpointName, Endpoint][]
const nobody = '0190aaaa-0000-7000-8000-000000000000'
let world: World
let mine: Tenant
let server: Server
let origin: string
let stranger: string
let owner: string

beforeAll(async () => {
  world = await createWorld()
  mine = await world.addTenant('owner')
  const theirs = await world.addTenant('owner')
  const device = { ip: '127.0.0.1', userAgent: 'test' }
  owner = (await startSession(world.ctx, mine.personId, device)).accessToken
  stranger = (await startSession(world.ctx, theirs.personId, device)).accessToken
  server = createApp({ ...world.ctx, limits: unlimited }).listen(0, '127.0.0.1')
  await new Promise((resolve) => server.once('listening', resolve))
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}/api/v1`
})
afterAll(async () => {
  server.closeAllConnections()
  server.close()
  await world[Symbol.asyncDispose]()
})

const nameOf = (e: Endpoint): EndpointName => table.find(([, found]) => found === e)![0]

async function ask(
  e: Endpoint,
  options: { token?: string; params?: Record<string, string>; body?: string; query?: string },
) {
  const path = e.path.replace(/:(\w+)/g, (_, name: string) =>
    encodeURIComponent(options.params?.[name] ?? nobody),
  )
  const headers: Record<string, string> = e.ifMatch ? { 'if-match': '"v1"' } : {}
  if (options.token) headers.authorization = `Bearer ${options.token}`
  if (options.body !== undefined) headers['content-type'] = 'application/json'
  const response = await fetch(origin + path + (options.query ?? ''), {
    method: e.method.toUpperCase(),
    headers,
    ...(options.body === undefined || e.method === 'get' ? {} : { body: options.body }),
  })
  const type = response.headers.get('content-type') ?? ''
  if (type.startsWith('text/event-stream')) await response.body?.cancel()
  const text = type.startsWith('text/event-stream') ? '' : await response.text()
  assertDocumented(nameOf(e), {
    status: response.status,
    headers: response.headers.keys(),
    type: type.split(';')[0]!,
    ...(type.startsWith('application/problem') ? { kind: JSON.parse(text).code } : {}),
  })
  return { status: response.status, type, text }
}

describe('every endpoint', () => {
  it.each(table.filter(([, e]) => e.can !== 'public'))('%s wants a session', async (_, e) => {
    const answer = await ask(e, { params: { workspaceId: mine.workspaceId }, body: '{}' })
    expect(answer.status).toBe(401)
    expect(answer.type).toContain('application/problem+json')
  })

  it.each(table.filter(([, e]) => e.path.includes(':workspaceId')))(
    '%s is not there for a stranger',
    async (_, e) => {
      const answer = await ask(e, {
        token: stranger,
        params: { workspaceId: mine.workspaceId },
        body: '{}',
      })
      expect(answer.status).toBe(404)
    },
  )

  it.each(table)(
    '%s answers hostile input with a reason and never with a failure',
    async (_, e) => {
      const text = fc.oneof(
        fc.string({ maxLength: 60 }),
        fc.constantFrom(
          "'; drop table posts; --",
          '../../etc/passwd',
          '%00',
          '\u0000',
          '{{7*7}}',
          '<script>',
          'null',
          '-1',
          '1e309',
        ),
      )
      const value = fc.letrec((tie) => ({
        value: fc.oneof(
          { maxDepth: 3 },
          fc.jsonValue({ maxDepth: 2 }),
          text,
          fc.dictionary(text, tie('value'), { maxKeys: 4 }),
        ),
      })).value
      await fc.assert(
        fc.asyncProperty(value, text, async (body, odd) => {
          const answer = await ask(e, {
            token: owner,
            params: { workspaceId: mine.workspaceId, ...(odd.length > 30 ? { postId: odd } : {}) },
            body: JSON.stringify(body),
            query: `?cursor=${encodeURIComponent(odd)}&limit=${encodeURIComponent(odd)}&q=${encodeURIComponent(odd)}`,
          })
          expect(answer.status, answer.text).toBeLessThan(500)
          if (answer.status >= 400) expect(answer.type).toContain('application/problem+json')
        }),
        { numRuns: 6 },
      )
    },
  )
})

describe('a request that cannot be read', () => {
  // Every endpoint was called above, the one that signs out too.
  beforeAll(async () => {
    const device = { ip: '127.0.0.1', userAgent: 'test' }
    owner = (await startSession(world.ctx, mine.personId, device)).accessToken
  })
  const send = (path: string, init: RequestInit) =>
    fetch(origin + path, {
      ...init,
      headers: { authorization: `Bearer ${owner}`, ...(init.headers as Record<string, string>) },
    })
  const post = (contentType: string, body: string) =>
    send(`/workspaces/${mine.workspaceId}/posts`, {
      method: 'POST',
      body,
      headers: { 'content-type': contentType },
    })

  it.each([
    ['no JSON', 'application/json', '{"content":', 400, 'malformed'],
    ['a form', 'application/x-www-form-urlencoded', 'a=b', 415, 'unsupported_media'],
    ['another charset', 'application/json; charset=koi8-r', '{}', 415, 'unsupported_media'],
    ['too much', 'application/json', `"${'x'.repeat(1_100_000)}"`, 413, 'too_large'],
  ])('for %s is refused in a document', async (_what, type, body, status, code) => {
    const answer = await post(type, body)
    expect(answer.status).toBe(status)
    expect(answer.headers.get('content-type')).toContain('application/problem+json')
    expect(await answer.json()).toMatchObject({ code, status })
  })
  it('at a path that nobody has is answered in a document too', async () => {
    const answer = await send('/nothing/here', { method: 'PUT' })
    expect(answer.status).toBe(404)
    expect(answer.headers.get('content-type')).toContain('application/problem+json')
  })
  it('by another method than a path has is answered in a document too', async () => {
    const answer = await send('/me', { method: 'DELETE' })
    expect(answer.status).toBe(404)
    expect(answer.headers.get('content-type')).toContain('application/problem+json')
  })
  it('says where what it made is, under an address that answers', async () => {
    const answer = await post(
      'application/json',
      JSON.stringify({ content: { segments: [{ text: 'Hello.' }] } }),
    )
    expect(answer.status).toBe(201)
    const where = answer.headers.get('location')!
    const { id } = (await answer.json()) as { id: string }
    const found = await send(where.replace('/api/v1', ''), {})
    expect(await found.json()).toMatchObject({ id })
  })
})
