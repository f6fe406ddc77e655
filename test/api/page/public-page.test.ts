import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import express from 'express'
import sharp from 'sharp'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { connectRoutes } from '../../../api/channels/connect-routes.ts'
import { imageRoutes } from '../../../api/media/images.ts'
import { problemHandler } from '../../../api/mount.ts'
import { publicPageRoutes } from '../../../api/page/routes.ts'
import type { Actor } from '../../../core/platform/actor.ts'
import { cleanImage, storePicture } from '../../../core/media/media.ts'
import { Workspace } from '../../../core/workspaces/models/workspace.ts'
import { createPages } from '../../../core/page/pages.ts'
import type { Pages } from '../../../networks/page/port.ts'
import { uuidv7 } from '../../../core/platform/uuid.ts'
import { personActor } from '../../support/calls.ts'
import { createWorld, type Tenant, type World } from '../../support/world.ts'

let world: World
let tenant: Tenant
let slug: string
let server: Server
let origin: string
let actor: Actor
let now = new Date('2026-01-09T08:00:00Z')

beforeAll(async () => {
  world = await createWorld({ overrides: { now: () => now } })
  const app = express()
  publicPageRoutes(world.ctx, app)
  connectRoutes(world.ctx, app)
  app.use((req, _res, next) => void (Object.assign(req, { actor, requestId: 'r' }), next()))
  imageRoutes(world.ctx, app)
  app.use(problemHandler(world.ctx))
  server = await listening(app)
  origin = originOf(server)
})
afterAll(async () => {
  server.closeAllConnections()
  await new Promise((resolve) => server.close(resolve))
  await world[Symbol.asyncDispose]()
})
beforeEach(async () => {
  now = new Date('2026-01-09T08:00:00Z')
  tenant = await world.addTenant()
  slug = `example-${tenant.workspaceId.slice(-12)}`
  actor = personActor(tenant.personId)
})

async function listening(app: express.Express): Promise<Server> {
  const opened = app.listen(0, '127.0.0.1')
  await new Promise((resolve) => opened.once('listening', resolve))
  return opened
}
const originOf = (opened: Server) => `http://127.0.0.1:${(opened.address() as AddressInfo).port}`

const get = (path: string, init: RequestInit = {}) =>
  fetch(origin + path, { redirect: 'manual', ...init })
const inTx = <T>(fn: () => Promise<T>) => world.ctx.db.tx({ workspace: tenant.workspaceId }, fn)
const change = (fields: object) =>
  inTx(() => Workspace.update(fields, { where: { id: tenant.workspaceId } }))

async function publish(text: string, assetIds: string[] = [], language = 'en') {
  // What the network's folder expects behind its port is what core puts there; the two know nothing of each other.
  const pages: Pages = createPages(world.ctx, tenant.workspaceId)
  now = new Date(now.getTime() + 60_000)
  return pages.put(uuidv7(), { segments: [{ text, assetIds }], language })
}

async function image(alt: string): Promise<string> {
  const bytes = await sharp({ create: { width: 6, height: 4, channels: 3, background: 'red' } })
    .png()
    .toBuffer()
  const { workspaceId } = tenant
  const picture = await cleanImage(world.ctx, workspaceId, [bytes])
  return (
    await inTx(() =>
      storePicture(world.ctx, picture, { workspaceId, name: 'x', alt, createdBy: null }),
    )
  ).id
}

describe('the public page', () => {
  it('shows posts newest first, with permalinks, times in the workspace’s zone and links', async () => {
    await publish('First post.')
    const { id } = await publish('Second, see https://example.org/a?b=1&c=2.')
    const html = await (await get(`/p/${slug}`)).text()
    expect(html.indexOf('Second')).toBeLessThan(html.indexOf('First'))
    expect(html).toContain(`href="/p/${slug}/${id}"`)
    expect(html).toContain(
      '<a href="https://example.org/a?b=1&amp;c=2" rel="noopener">example.org/a?b=1&amp;c=2</a>.',
    )
    expect(html).toContain('9 January 2026 at 09:02 Berlin')
    const one = await (await get(`/p/${slug}/${id}`)).text()
    expect(one).toContain('<h1 class="when">')
    expect(one).not.toContain('First post')
  })
  it('says nothing while it is off, nor do its feeds, posts and images', async () => {
    const asset = await image('Red')
    const { id } = await publish('Hidden', [asset])
    await change({ pageOn: false })
    for (const path of ['', '/atom.xml', '/feed.json', `/${id}`, `/media/${asset}`]) {
      const answer = await get(`/p/${slug}${path}`)
      expect(answer.status).toBe(404)
      expect(await answer.text()).not.toContain('Hidden')
    }
  })
  it('shows a post, its feeds’ entry and its image from its instant on, and not before', async () => {
    const asset = await image('Blue')
    const pages = createPages(world.ctx, tenant.workspaceId)
    const segments = [{ text: 'Tomorrow', assetIds: [asset] }]
    const showAt = new Date(now.getTime() + 1_000)
    const { id } = await pages.put(uuidv7(), { segments, language: 'en' }, showAt)
    const tells = async (path: string) => {
      const answer = await get(`/p/${slug}${path}`)
      return answer.ok && (path.startsWith('/media') || (await answer.text()).includes('Tomorrow'))
    }
    const paths = ['', '/atom.xml', '/feed.json', `/${id}`, `/media/${asset}`]
    now = new Date(showAt.getTime() - 1)
    expect(await Promise.all(paths.map(tells))).toEqual(paths.map(() => false))
    now = showAt
    expect(await Promise.all(paths.map(tells))).toEqual(paths.map(() => true))
  })
  it('does not exist at other addresses', async () => {
    for (const path of ['/p/nobody', `/p/${slug}/none`, `/p/${slug}/media/none`, '/p'])
      expect((await get(path)).status).toBe(404)
  })
  it('shows what people typed as text and never as markup', async () => {
    await change({
      pageTitle: '<b>&"',
      pageAbout: "<script>alert('1')</script>",
      pageImprint: '<i>x',
    })
    await publish('<img src=x onerror=alert(1)> https://example.org/"onmouseover=1')
    const html = await (await get(`/p/${slug}`)).text()
    expect(html).not.toMatch(/<script|<img|<i>|<b>|"onmouseover/)
    expect(html).toContain('&lt;img src=x')
  })
  it('sets no cookie, runs no script and asks nobody else', async () => {
    await publish('Quiet.')
    const answer = await get(`/p/${slug}`)
    expect(answer.headers.get('set-cookie')).toBeNull()
    const policy = answer.headers.get('content-security-policy')
    expect(policy).toContain("default-src 'none'")
    expect(policy).not.toMatch(/script|https?:|unsafe/)
    const html = await answer.text()
    expect(html).not.toContain('<script')
    const style = /href="(\/p\/page\.[0-9a-f]+\.css)"/.exec(html)![1]!
    const css = await get(style)
    expect(css.headers.get('content-type')).toContain('text/css')
    expect(await css.text()).not.toMatch(/url\(|@import/)
  })
  it('goes on page by page', async () => {
    for (let i = 1; i <= 22; i++) await publish(`Number ${i}!`)
    const first = await (await get(`/p/${slug}`)).text()
    expect(first.match(/<article/g)).toHaveLength(20)
    const older = /href="([^"]+)" rel="next"/.exec(first)![1]!
    const second = await (await get(older)).text()
    expect(second.match(/Number \d+!/g)).toEqual(['Number 2!', 'Number 1!'])
    expect(second).not.toContain('rel="next"')
  })
  it('carries the imprint and the way to the instance’s privacy policy, in its language', async () => {
    await change({ pageImprint: 'Ridgeline GmbH\nBerlin', language: 'de' })
    const html = await (await get(`/p/${slug}`)).text()
    expect(html).toContain('<html lang="de">')
    expect(html).toContain('Impressum')
    expect(html).toContain('Ridgeline GmbH<br>Berlin')
    expect(html).toContain('href="/privacy"')
  })
})

describe('its images', () => {
  it('are served with their description when a published post shows them, and no others', async () => {
    const [shown, draft] = [await image('A "red" square'), await image('Draft')]
    await publish('Look.', [shown])
    const html = await (await get(`/p/${slug}`)).text()
    expect(html).toContain(
      `src="/p/${slug}/media/${shown}" alt="A &quot;red&quot; square" width="6" height="4"`,
    )
    const file = await get(`/p/${slug}/media/${shown}`)
    expect(file.headers.get('content-type')).toBe('image/png')
    expect(file.headers.get('content-security-policy')).toContain('sandbox')
    expect((await get(`/p/${slug}/media/${draft}`)).status).toBe(404)
  })
  it('of other workspaces are not served', async () => {
    const asset = await image('Mine')
    await publish('Mine', [asset])
    const other = await world.addTenant()
    const path = `/p/example-${other.workspaceId.slice(-12)}/media/${asset}`
    expect((await get(path)).status).toBe(404)
  })
})

describe('its feeds', () => {
  it('are Atom with stable ids, absolute addresses and well-formed text', async () => {
    const asset = await image('Red & square')
    const { url } = await publish('Words with <angles> & control \u0007 characters', [asset], 'de')
    const answer = await get(`/p/${slug}/atom.xml`)
    expect(answer.headers.get('content-type')).toContain('application/atom+xml')
    const xml = await answer.text()
    expect(xml).toContain(`<id>urn:uuid:${tenant.workspaceId}</id>`)
    expect(xml).toContain(`href="${url}"`)
    expect(xml).toContain(`http://localhost:3000/p/${slug}/media/${asset}`)
    expect(xml).toContain('<entry xml:lang="de">')
    expect(xml).toContain('&amp;lt;angles&amp;gt;')
    expect(xml).not.toContain('\u0007')
    const open = xml.match(/<(?!\?|\/)[^>]*[^/]>/g)!.length
    expect(xml.match(/<\//g)).toHaveLength(open)
  })
  it('are JSON Feed 1.1', async () => {
    const { url } = await publish('Hello feed.')
    const feed = (await (await get(`/p/${slug}/feed.json`)).json()) as any
    expect(feed.version).toBe('https://jsonfeed.org/version/1.1')
    expect(feed.feed_url).toBe(`http://localhost:3000/p/${slug}/feed.json`)
    expect(feed.items).toMatchObject([
      { url, content_text: 'Hello feed.', date_published: '2026-01-09T08:01:00.000Z' },
    ])
  })
})

describe('image files', () => {
  it('are read whole, in part, or not again', async () => {
    const path = `/media/${tenant.workspaceId}/${await image('Red')}`
    const read = async (headers: Record<string, string>) => {
      const answer = await get(path, { headers })
      const bytes = Buffer.from(await answer.arrayBuffer())
      return { status: answer.status, bytes, range: answer.headers.get('content-range') }
    }
    const whole = await get(path)
    const etag = whole.headers.get('etag')!
    const all = Buffer.from(await whole.arrayBuffer())
    const last = all.length - 1
    const part = { status: 206, bytes: all.subarray(2, 10), range: `bytes 2-9/${all.length}` }
    expect(await read({ range: 'bytes=2-9' })).toEqual(part)
    expect(await read({ range: 'bytes=2-9', 'if-range': etag })).toEqual(part)
    expect(await read({ range: 'bytes=2-9', 'if-range': '"other"' })).toMatchObject({
      status: 200,
      bytes: all,
    })
    expect(await read({ range: 'bytes=-3' })).toEqual({
      status: 206,
      bytes: all.subarray(-3),
      range: `bytes ${last - 2}-${last}/${all.length}`,
    })
    expect(await read({ range: `bytes=${all.length}-` })).toMatchObject({
      status: 416,
      range: `bytes */${all.length}`,
    })
    // Without a word of its own on caching, fetch asks for the whole.
    const again = { 'if-none-match': etag, 'cache-control': 'max-age=0' }
    expect(await read(again)).toMatchObject({ status: 304 })
  })
  it('are for members of their workspace', async () => {
    const asset = await image('Red')
    const path = `/media/${tenant.workspaceId}/${asset}`
    const file = await get(path)
    expect(file.status).toBe(200)
    expect(file.headers.get('cache-control')).toContain('private')
    const other = await world.addTenant()
    actor = personActor(other.personId)
    expect((await get(path)).status).toBe(404)
    expect((await get(`/media/${other.workspaceId}/${asset}`)).status).toBe(404)
    actor = { kind: 'anonymous', ip: '127.0.0.1' }
    expect((await get(path)).status).toBe(401)
  })
})

describe('the way back from a network', () => {
  it('leads from 127.0.0.1 to the name where the session is, with what the network said', async () => {
    const answer = await get('/channels/callback?code=a%26b&state=s')
    expect(answer.headers.get('location')).toBe(
      'http://localhost:3000/channels/callback?code=a%26b&state=s',
    )
  })
})

describe('who we are to an authorization server', () => {
  it('is served where we are reached by https, and nowhere else', async () => {
    const path = '/oauth/bluesky/client-metadata.json'
    expect((await get(path)).status).toBe(404)
    const app = express()
    const publicUrl = 'https://social.example.org'
    connectRoutes({ ...world.ctx, config: { ...world.config, publicUrl } }, app)
    const other = await listening(app)
    const answer = await fetch(originOf(other) + path)
    other.close()
    expect(await answer.json()).toMatchObject({
      client_id: publicUrl + path,
      redirect_uris: [`${publicUrl}/channels/callback`],
    })
  })
})
