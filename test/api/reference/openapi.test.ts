import { describe, expect, it } from 'vitest'
import { endpoints } from '#contract/endpoints.ts'
import { openApi } from '../../../api/reference/openapi.ts'
import { assertDocumented } from '../../support/documented.ts'

const document = JSON.parse(JSON.stringify(openApi('http://localhost:3000'))) as {
  openapi: string
  components: { schemas: Record<string, object> }
  paths: Record<
    string,
    Record<
      string,
      {
        operationId: string
        'x-effect': string
        responses: Record<string, { headers?: object; content?: object }>
        parameters?: { name: string; in: string }[]
      }
    >
  >
}
const operations = Object.entries(document.paths).flatMap(([path, methods]) =>
  Object.entries(methods).map(([method, operation]) => ({ path, method, ...operation })),
)

describe('the OpenAPI document', () => {
  it('is 3.1 and has every endpoint of the table once, under its own name', () => {
    expect(document.openapi).toMatch(/^3\.1/)
    expect(operations.map((o) => o.operationId).sort()).toEqual(Object.keys(endpoints).sort())
  })
  it('names every parameter of every path', () => {
    for (const o of operations) {
      const inPath = [...o.path.matchAll(/\{(\w+)\}/g)].map((m) => m[1])
      const declared = (o.parameters ?? []).filter((p) => p.in === 'path').map((p) => p.name)
      expect(declared.sort(), o.operationId).toEqual(inPath.sort())
    }
  })
  it('says of every operation whether it reads, writes or destroys', () => {
    const effects = Object.fromEntries(operations.map((o) => [o.operationId, o['x-effect']]))
    expect(effects).toMatchObject({
      getPost: 'read',
      createPost: 'write',
      deletePost: 'destructive',
    })
    expect(Object.keys(effects)).toHaveLength(Object.keys(endpoints).length)
  })
  it('lists the networks there are, which the contract does not know', () => {
    expect(document.components.schemas.NetworkName).toMatchObject({
      type: 'string',
      enum: ['mastodon', 'bluesky', 'page'],
    })
  })
  it('offers an Idempotency-Key on every POST but those that secrets go with', () => {
    const silent = operations
      .filter(
        (o) => o.method === 'post' && !o.parameters?.some((p) => p.name === 'Idempotency-Key'),
      )
      .map((o) => o.operationId)
    expect(silent.sort()).toEqual([
      'changePassword',
      'createApiKey',
      'refreshSession',
      'register',
      'signIn',
    ])
  })
})

describe('an answer in the OpenAPI document', () => {
  const of = (name: string) => operations.find((o) => o.operationId === name)!
  const headersOf = (name: string, status: string) =>
    Object.keys(of(name).responses[status]?.headers ?? {})

  it('is a stream of events where it is one, which goes on after the last one that was got', () => {
    expect(Object.keys(of('events').responses['200']?.content ?? {})).toEqual(['text/event-stream'])
    expect(of('events').responses).not.toHaveProperty('204')
    expect(of('events').parameters?.map((p) => p.name)).toContain('Last-Event-ID')
  })
  it('says where a thing that was made is, whatever was made but a comment', () => {
    const silent = operations
      .filter((o) => o.responses['201'] && !headersOf(o.operationId, '201').includes('Location'))
      .map((o) => o.operationId)
    expect(silent).toEqual(['createComment'])
  })
  it('names the version, the replay and the time to wait', () => {
    expect(headersOf('createPost', '201')).toEqual(
      expect.arrayContaining(['ETag', 'Location', 'Idempotent-Replayed', 'RateLimit']),
    )
    for (const o of operations) expect(headersOf(o.operationId, '429')).toContain('Retry-After')
    expect(headersOf('createPost', '409')).toContain('Retry-After')
  })
  it('names what every kind of request may be refused for', () => {
    const statuses = (name: string) => Object.keys(of(name).responses)
    expect(statuses('getSystem')).toEqual(expect.arrayContaining(['401', '403', '429', '500']))
    expect(statuses('createPost')).toEqual(
      expect.arrayContaining(['400', '401', '403', '404', '409', '413', '415', '422']),
    )
    expect(statuses('updatePost')).toEqual(expect.arrayContaining(['400', '412', '428']))
  })
  it('that it does not name is found out', () => {
    expect(() => assertDocumented('getMe', { status: 200 })).not.toThrow()
    expect(() => assertDocumented('getMe', { status: 418 })).toThrow('418')
    expect(() => assertDocumented('getMe', { status: 200, headers: ['location'] })).toThrow()
    expect(() => assertDocumented('getMe', { status: 401, kind: 'wrong_credentials' })).toThrow()
    expect(() => assertDocumented('getMe', { status: 200, type: 'text/html' })).toThrow()
  })
})
