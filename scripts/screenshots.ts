/**
 * Takes the pictures of README and front page from a running demo: `npm run screenshots`. Nothing is drawn by hand, so the pictures show what
 * the product is.
 */
import { mkdirSync, mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import type { Browser, BrowserContext, Page } from 'playwright-core'
import sharp from 'sharp'
import type { Client } from '#contract/client.ts'
import { openBrowser } from '../test/support/browser.ts'
import { discard, owner, registerOwner, startOwn } from './lib/own-product.ts'
import { inRoot } from './lib/paths.ts'

const desk = { width: 1280, height: 800 }
const phone = { width: 390, height: 844 }

interface Demo {
  url: string
  api: Client
  /** Path of the demo workspace. */
  place: string
  campaign: string
  post: string
}

async function demoOf(url: string): Promise<Demo> {
  const { api } = await registerOwner(url)
  const workspaceId = await demoWorkspace(api)
  const params = { workspaceId }
  const { data: campaigns } = await api.listCampaigns({ params })
  const { data: posts } = await api.listPosts({
    params,
    query: { shown: ['published'], q: 'ridges' },
  })
  const place = `/w/${workspaceId}`
  return {
    url,
    api,
    place,
    campaign: campaigns.find((c) => c.counts.draft > 3)!.id,
    post: posts[0]!.id,
  }
}

/** The demo is made after the first registration, in the background. */
async function demoWorkspace(api: Client): Promise<string> {
  for (let look = 0; look < 100; look += 1) {
    const { data } = await api.listWorkspaces({})
    const demo = data.find((workspace) => workspace.demo)
    if (demo && (await settled(api, demo.id))) return demo.id
    await wait(500)
  }
  throw new Error('there is no demo workspace')
}

async function settled(api: Client, workspaceId: string): Promise<boolean> {
  const { data } = await api.listPosts({ params: { workspaceId }, query: { limit: 200 } })
  await wait(1_000)
  const again = await api.listPosts({ params: { workspaceId }, query: { limit: 200 } })
  return data.length > 20 && data.length === again.data.length
}

async function signedIn(browser: Browser, url: string, options: object): Promise<BrowserContext> {
  const context = await browser.newContext({
    timezoneId: 'Europe/Berlin',
    reducedMotion: 'reduce',
    ...options,
  })
  await context.request.post(`${url}/api/v1/sign-in`, {
    data: owner,
    headers: { origin: url },
  })
  return context
}

async function open(context: BrowserContext, address: string): Promise<Page> {
  const page = await context.newPage()
  const answer = await page.goto(address, { waitUntil: 'load' })
  if (!answer?.ok()) throw new Error(`${address} answered ${answer?.status()}`)
  await page.evaluate(() => document.fonts.ready.then(() => undefined))
  await wait(700)
  return page
}

/** File below docs/images, where it is taken, and how. */
const pictures = [
  {
    file: 'campaign-light',
    at: (d: Demo) => `${d.place}/campaigns/${d.campaign}`,
    view: desk,
    colorScheme: 'light',
  },
  {
    file: 'calendar-dark',
    at: (d: Demo) => `${d.place}/calendar`,
    view: desk,
    colorScheme: 'dark',
  },
  {
    file: 'post-light',
    at: (d: Demo) => `${d.place}/posts/${d.post}`,
    view: desk,
    colorScheme: 'light',
  },
  { file: 'today-phone', at: (d: Demo) => d.place, view: phone, colorScheme: 'light' },
] as const

async function takeAll(browser: Browser, demo: Demo, only: string[]): Promise<void> {
  mkdirSync(inRoot('docs', 'images'), { recursive: true })
  for (const { file, at, view, colorScheme } of pictures) {
    if (only.length > 0 && !only.includes(file)) continue
    const context = await signedIn(browser, demo.url, {
      viewport: view,
      colorScheme,
      deviceScaleFactor: view === phone ? 2 : 1,
    })
    const page = await open(context, demo.url + at(demo))
    const shot = await page.screenshot()
    await sharp(shot)
      .png({ palette: true, quality: 90, effort: 9 })
      .toFile(inRoot('docs', 'images', `${file}.png`))
    await context.close()
    console.log(`docs/images/${file}.png`)
  }
}

/** The front page's picture: the campaign, in the theme of whoever looks. */
async function takeProduct(browser: Browser, demo: Demo): Promise<void> {
  for (const colorScheme of ['light', 'dark'] as const) {
    const context = await signedIn(browser, demo.url, { viewport: desk, colorScheme })
    const page = await open(context, `${demo.url}${demo.place}/campaigns/${demo.campaign}`)
    const file = inRoot('web', 'static', `product-${colorScheme}.webp`)
    const { size } = await sharp(await page.screenshot())
      .webp({ quality: 82, effort: 6 })
      .toFile(file)
    await context.close()
    if (size > 120_000) throw new Error(`${file} is too heavy: ${size} bytes`)
    console.log(`web/static/product-${colorScheme}.webp ${size} bytes`)
  }
}

const only = process.argv.slice(2)
const data = mkdtempSync(join(tmpdir(), 'postaura-pictures-'))
const product = await startOwn({ data, demo: true })
const browser = await openBrowser()
try {
  const demo = await demoOf(product.url)
  await takeAll(browser, demo, only)
  if (only.length === 0 || only.includes('product')) await takeProduct(browser, demo)
} finally {
  await browser.close()
  await product[Symbol.asyncDispose]()
  discard(data)
}
