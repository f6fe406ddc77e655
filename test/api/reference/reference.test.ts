import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { endpoints } from '#contract/endpoints.ts'
import type { Endpoint } from '#contract/platform/endpoint.ts'
import { subjects } from '#contract/platform/subjects.ts'
import { createApp } from '../../../api/app.ts'
import { openApi } from '../../../api/reference/openapi.ts'
import { subjectsOf, type Document } from '../../../api/reference/document.ts'
import { curl, exampleOf } from '../../../api/reference/example.ts'
import { referencePages } from '../../../api/reference/pages.ts'
import { openPolicy } from '../../../policies/access/authorize.ts'
import { createWorld, type World } from '../../support/world.ts'

const table = Object.entries(endpoints) as [string, Endpoint][]
const document = JSON.parse(JSON.stringify(openApi('http://localhost:3000'))) as Document
const pages = referencePages(document, await openPolicy())
const paths = [...pages.keys()]
const overview = pages.get('/api/v1/')!
const idsOf = (html: string): string[] => [...html.matchAll(/ id="([^"]+)"/g)].map(([, id]) => id!)
const linksOf = (html: string): string[] =>
  [...html.matchAll(/ href="([^"]+)"/g)].map(([, href]) => href!)
const places = subjectsOf(document).flatMap((subject) => subject.places)

describe('the reference', () => {
  it('has a page for every subject, and none that no endpoint belongs to', () => {
    const wanted = Object.keys(subjects).map((name) => `/api/v1/reference/${name.toLowerCase()}`)
    expect(paths).toEqual(['/api/v1/', ...wanted])
  })
  it('tells of every endpoint once, on the page of its subject', () => {
    for (const [name, e] of table)
      for (const path of paths.slice(1))
        expect(idsOf(pages.get(path)!).includes(name), `${name} ${path}`).toBe(
          path.endsWith(`/${e.tag.toLowerCase()}`),
        )
  })
  it('lists every endpoint on the overview under the name it always had there, and leads on', () => {
    for (const [name, e] of table) {
      expect(idsOf(overview)).toContain(name)
      expect(linksOf(overview)).toContain(`/api/v1/reference/${e.tag.toLowerCase()}#${name}`)
    }
  })
  it('still knows where each schema and each group was', () => {
    const names = Object.keys(document.components.schemas).map((name) => `schema-${name}`)
    const groups = Object.keys(subjects).map((name) => `tag-${name}`)
    expect(idsOf(overview)).toEqual(expect.arrayContaining([...names, ...groups, 'schemas']))
  })
  it.each(paths)('%s leads nowhere in vain, and names nothing twice', (path) => {
    const html = pages.get(path)!
    expect(new Set(idsOf(html)).size).toBe(idsOf(html).length)
    for (const link of linksOf(html)) {
      const url = new URL(link, `http://localhost:3000${path}`)
      if (url.host !== 'localhost:3000' || url.pathname === '/') continue
      if (url.pathname === '/api/v1/openapi.json') continue
      const target = pages.get(url.pathname)
      expect(target, link).toBeDefined()
      if (url.hash) expect(idsOf(target!), link).toContain(url.hash.slice(1))
    }
  })
  it('can be read from the first page to the last and back', () => {
    const linked = (rel: string, path: string) =>
      new RegExp(`<a rel="${rel}" href="([^"]+)"`).exec(pages.get(path)!)?.[1]
    expect(paths.map((path) => linked('next', path))).toEqual([...paths.slice(1), undefined])
    expect(paths.map((path) => linked('prev', path))).toEqual([undefined, ...paths.slice(0, -1)])
  })
  it('says for whom an operation is, as the policy has it', () => {
    const said = (name: string) => {
      const e = endpoints[name as keyof typeof endpoints]
      const page = pages.get(`/api/v1/reference/${e.tag.toLowerCase()}`)!
      const [, words] = new RegExp(`<code>${name}</code> · (.+)</p>`).exec(page)!
      return words!.replace(/<[^>]+>/g, '')
    }
    expect(said('approvePost')).toBe(
      'post.approve: for owners, and API keys with the scope publish',
    )
    expect(said('createPost')).toBe(
      'post.create: for owners, editors, and API keys with the scope write',
    )
    expect(said('createApiKey')).toBe('key.manage: for owners, not for API keys')
    expect(said('getMe')).toBe('for people and API keys')
  })
  it('tells of every field what it is', () => {
    for (const [path, html] of pages) expect(html, path).not.toMatch(/object or object|>any</)
  })
  it('stands where no endpoint can be', () => {
    const inTheWay = table.filter(([, e]) => /^\/(reference|openapi\.json|:)/.test(e.path))
    expect(inTheWay).toEqual([])
  })
})

describe('an example in the reference', () => {
  it.each(table.filter(([, e]) => e.body))('of %s is a body that it takes', (name, e) => {
    const { operation } = places.find((place) => place.operation.operationId === name)!
    const schema = operation.requestBody!.content['application/json']!.schema!
    const parsed = e.body!.safeParse(exampleOf(document, schema))
    expect(parsed.error?.issues ?? []).toEqual([])
  })
  it.each(table.filter(([, e]) => e.query))('of %s has the query that it needs', (name, e) => {
    const [, query] = /\?([^"]*)"/.exec(example(name)) ?? []
    const parsed = e.query!.safeParse(Object.fromEntries(new URLSearchParams(query)))
    expect(parsed.error?.issues ?? []).toEqual([])
  })
  const example = (name: string) =>
    curl(
      document,
      places.find((place) => place.operation.operationId === name)!,
    )
  it('can be pasted: what is in the path are variables of the shell', () => {
    expect(example('updatePost').split(' \\\n  ').slice(0, 3)).toEqual([
      'curl -X PATCH "http://localhost:3000/api/v1/workspaces/$WORKSPACE_ID/posts/$POST_ID"',
      '-H "Authorization: Bearer $POSTAURA_KEY"',
      `-H 'If-Match: "v3"'`,
    ])
    expect(example('uploadMedia')).toContain('--data-binary @image.png')
    expect(example('signIn')).not.toContain('Authorization')
  })
})

describe('the reference as it is served', () => {
  let world: World
  let server: Server
  let origin: string
  beforeAll(async () => {
    world = await createWorld()
    server = createApp(world.ctx).listen(0, '127.0.0.1')
    await new Promise((listening) => server.once('listening', listening))
    origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  })
  afterAll(async () => {
    server.closeAllConnections()
    server.close()
    await world[Symbol.asyncDispose]()
  })

  it.each([...paths, '/api/v1', '/api/v1/reference/posts/'])('%s is a page', async (path) => {
    const answer = await fetch(origin + path)
    expect([answer.status, answer.headers.get('content-type')]).toEqual([
      200,
      'text/html; charset=utf-8',
    ])
    expect(answer.headers.get('content-security-policy')).toMatch(
      /^default-src 'none'; style-src 'sha256-/,
    )
    expect(await answer.text()).not.toMatch(/<script|<img|<iframe| src=|url\(/)
  })
  it('leads from where no page is to the overview, and knows no other subject', async () => {
    const answer = await fetch(`${origin}/api/v1/reference`, { redirect: 'manual' })
    expect([answer.status, answer.headers.get('location')]).toEqual([302, '/api/v1/'])
    const none = await fetch(`${origin}/api/v1/reference/nothing`)
    expect([none.status, none.headers.get('content-type')]).toEqual([
      404,
      'application/problem+json; charset=utf-8',
    ])
  })
})
