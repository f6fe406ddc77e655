/**
 * What the API and the pages cost with much data: `npm run bench -- api`. The whole product runs beside it on the same machine; requests go one
 * after the other over HTTP, as a client sends them.
 */
import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import pg from 'pg'
import type { Client, InputOf } from '#contract/client.ts'
import {
  adminUrlOf,
  clientOf,
  discard,
  owner,
  registerOwner,
  startOwn,
} from '../scripts/lib/own-product.ts'
import { openBrowser } from '../test/support/browser.ts'
import { seedMonth, seedPosts } from './support/seed.ts'
import { quantile, rounded, tell, type Figure } from './support/figures.ts'

const requests = 300
const monthOf = { from: '2026-03-01T00:00:00Z', to: '2026-04-01T00:00:00Z' }

type Query = InputOf<'listPosts'>['query']
const lists: Record<string, Query> = {
  newest: {},
  by_time: { order: 'time' },
  by_state: { shown: ['failed', 'unconfirmed'] },
  of_a_channel: { channelId: '' },
  of_a_month: { ...monthOf, order: 'time' },
  with_a_rare_word: { q: 'number 4711' },
  with_a_common_word: { q: 'bread' },
}

/** Milliseconds of each request, after some that warm up. */
async function timed(call: () => Promise<unknown>): Promise<number[]> {
  const samples: number[] = []
  for (let i = 0; i < requests + 20; i += 1) {
    const since = performance.now()
    await call()
    if (i >= 20) samples.push(performance.now() - since)
  }
  return samples
}

function figuresOf(what: string, name: string, samples: number[], goal: string): Figure[] {
  const of = (q: number, label: string, aim = '') => ({
    what: `${what}, ${label}`,
    name: `${name}_${label}_ms`,
    value: rounded(quantile(samples, q)),
    goal: aim,
  })
  return [of(0.5, 'p50'), of(0.99, 'p99', goal)]
}

/** A key of its own for each series: the limit of requests a minute is meant for people's programs. */
async function fresh(url: string, api: Client, workspaceId: string): Promise<Client> {
  const { secret } = await api.createApiKey({ params: { workspaceId }, body: { name: 'Bench' } })
  return clientOf(url, secret)
}

async function measureLists(url: string, api: Client, workspaceId: string): Promise<Figure[]> {
  const params = { workspaceId }
  const { data: channels } = await api.listChannels({ params })
  const figures: Figure[] = []
  for (const [name, query] of Object.entries(lists)) {
    const key = await fresh(url, api, workspaceId)
    const asked = query && 'channelId' in query ? { channelId: channels[0]!.id } : query
    const samples = await timed(() => key.listPosts({ params, query: asked }))
    figures.push(
      ...figuresOf(`list posts ${name.replaceAll('_', ' ')}`, `posts_${name}`, samples, '< 50 ms'),
    )
  }
  const others = ['listCampaigns', 'listDeliveries', 'listMedia', 'getToday'] as const
  for (const name of others) {
    const key = await fresh(url, api, workspaceId)
    const samples = await timed(() => key[name]({ params }))
    figures.push(...figuresOf(name, name, samples, '< 50 ms'))
  }
  return figures
}

async function measureMonth(url: string, api: Client, admin: pg.Client): Promise<Figure[]> {
  const { id: workspaceId } = await api.createWorkspace({
    body: { name: 'A month', timeZone: 'UTC' },
  })
  await seedMonth(admin, workspaceId)
  const key = await fresh(url, api, workspaceId)
  const call = () => key.calendar({ params: { workspaceId }, query: monthOf })
  const { data } = await call()
  if (data.length !== 500) throw new Error(`the month has ${data.length} posts`)
  return figuresOf(
    'calendar month with 500 posts',
    'calendar_month_500_posts',
    await timed(call),
    '< 300 ms',
  )
}

/** Kilobytes of JavaScript, gzipped, that a first visit to each page loads. */
async function measurePages(url: string, workspaceId: string): Promise<Figure[]> {
  const browser = await openBrowser()
  const figures: Figure[] = []
  const w = `/w/${workspaceId}`
  const places = [
    '/sign-in',
    w,
    ...[
      'campaigns',
      'campaigns/new',
      'calendar',
      'posts',
      'posts/new',
      'media',
      'channels',
      'team',
      'settings',
    ].map((p) => `${w}/${p}`),
    '/account',
    '/system',
  ]
  for (const place of places) {
    const context = await browser.newContext()
    if (place !== '/sign-in')
      await context.request.post(`${url}/api/v1/sign-in`, { data: owner, headers: { origin: url } })
    const page = await context.newPage()
    const scripts: Promise<Buffer>[] = []
    page.on('response', (response) => {
      if (
        response.request().resourceType() === 'script' ||
        /\.js$/.test(new URL(response.url()).pathname)
      )
        scripts.push(response.body())
    })
    const answer = await page.goto(url + place, { waitUntil: 'load' })
    await page.waitForTimeout(500)
    const bytes = (await Promise.all(scripts)).map((body) => gzipSync(body).length)
    const name =
      place
        .replace(w, '')
        .replaceAll(/[^a-z]+/g, '_')
        .replace(/^_/, '') || 'today'
    const value = answer!.ok() ? rounded(bytes.reduce((a, b) => a + b, 0) / 1024) : null
    figures.push({
      what: `JavaScript of ${place.replace(w, '/w/…')}, gzip`,
      name: `javascript_${name}_kb`,
      value,
      goal: '<= 120 KB',
    })
    await context.close()
  }
  await browser.close()
  return figures
}

const data = mkdtempSync(join(tmpdir(), 'postaura-bench-'))
try {
  await using product = await startOwn({ data })
  const { url } = product
  const { api, workspaceId } = await registerOwner(url)
  const admin = new pg.Client({ connectionString: adminUrlOf(data) })
  await admin.connect()
  const count = await seedPosts(admin, workspaceId)
  const figures = [
    { what: 'posts in the workspace', name: 'posts', value: count },
    ...(await measureLists(url, api, workspaceId)),
    ...(await measureMonth(url, api, admin)),
    ...(await measurePages(url, workspaceId)),
  ]
  await admin.end()
  tell('npm run bench -- api', figures)
} finally {
  discard(data)
}
