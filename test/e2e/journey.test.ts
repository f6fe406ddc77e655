/** The first hour of somebody new: an account, a page, a post that is really out, and how everything is held and signed out of. */
import sharp from 'sharp'
import { afterAll, beforeAll, expect, it } from 'vitest'
import type { Browser, Page } from 'playwright-core'
import { openBrowser } from '../support/browser.ts'
import { startProduct, type Product } from '../support/product.ts'

let product: Product
let browser: Browser
let page: Page
let workspace = ''
const w = (rest = '') => `${product.url}/w/${workspace}${rest}`
const text = 'The hut opens on Saturday. Soup is on the stove from ten.'
const alt = 'A hut in the snow with smoke over its roof'

beforeAll(async () => {
  ;[product, browser] = await Promise.all([startProduct(), openBrowser()])
  const context = await browser.newContext({
    viewport: { width: 1280, height: 900 },
    timezoneId: 'Europe/Berlin',
  })
  page = await context.newPage()
  page.setDefaultTimeout(15_000)
})
afterAll(async () => {
  await browser?.close()
  await product?.[Symbol.asyncDispose]()
})

it('begins with an account and the first steps', async () => {
  await product.register(page)
  workspace = new URL(page.url()).pathname.split('/')[2]!
  await page.getByRole('heading', { level: 1, name: 'Today' }).waitFor()
  await page.getByText('Have a place to publish').waitFor()
})

it('switches the public page on', async () => {
  await page.goto(w())
  await page.getByRole('link', { name: 'Open channels' }).click()
  await page.getByRole('button', { name: 'Switch it on' }).click()
  await page.getByRole('button', { name: 'Switch it off' }).waitFor()
  const [only, ...others] = await channels()
  expect(others).toEqual([])
  expect(only).toMatchObject({ network: 'page', state: 'active' })
})

/** The same person's session, as a program. */
async function owner() {
  const token = (await page.context().cookies()).find((cookie) => /access/.test(cookie.name))!.value
  return { api: product.apiFor(token) }
}
const channels = async () =>
  (await (await owner()).api.listChannels({ params: { workspaceId: workspace } })).data

it('writes a post with an image and its description, and publishes it now', async () => {
  const picture = await sharp({
    create: { width: 640, height: 400, channels: 3, background: '#88a' },
  })
    .png()
    .toBuffer()
  await page.goto(w())
  await page.getByRole('link', { name: 'New post' }).first().click()
  await page.getByRole('textbox', { name: 'Text', exact: true }).fill(text)
  await page
    .getByLabel('Choose images')
    .setInputFiles({ name: 'hut.png', mimeType: 'image/png', buffer: picture })
  const description = page.getByLabel('Description for people who cannot see it')
  await description.fill(alt)
  await description.blur()
  await page.getByText('Describe this image').waitFor({ state: 'detached' })
  await page.getByRole('button', { name: 'Approve and publish now…' }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Approve and publish now' }).click()
  await page.getByText('Published', { exact: true }).first().waitFor()
  expect(page.url()).toMatch(/\/posts\/[0-9a-f-]{36}$/)
})

it('shows the post where it went, with its image described', async () => {
  const link = page.locator('a[href*="/p/"]').first()
  const address = (await link.getAttribute('href'))!
  const reader = await browser.newPage()
  await reader.goto(new URL(address, product.url).href)
  await reader.getByText('The hut opens on Saturday.').waitFor()
  await reader.getByRole('img', { name: alt }).waitFor()
  expect(await reader.evaluate(() => document.cookie)).toBe('')
  await reader.close()
})

it('has sent it once, and says so on Today', async () => {
  const { api } = await owner()
  const { data } = await api.listDeliveries({ params: { workspaceId: workspace } })
  expect(data.map(({ state, attempt }) => ({ state, attempt }))).toEqual([
    { state: 'published', attempt: 1 },
  ])
  await page.goto(w())
  await page.getByText('The hut opens on Saturday').first().waitFor()
})

it('publishes nothing while everything is held, and says why', async () => {
  const { api } = await owner()
  await page.goto(w('/settings/hold'))
  await page.getByLabel('Why').fill('A death in the family')
  await page.getByRole('button', { name: 'Hold everything' }).click()
  await page.getByRole('heading', { name: 'Publishing is on hold' }).waitFor()
  await page.goto(w('/posts/new'))
  await page.getByText('A death in the family').waitFor()
  await page.getByRole('textbox', { name: 'Text', exact: true }).fill('Not now.')
  await page.getByRole('button', { name: 'Approve and publish now…' }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Approve and publish now' }).click()
  await page.getByText(/hold/i).last().waitFor()
  await new Promise((passed) => setTimeout(passed, 1_500))
  const { data } = await api.listDeliveries({ params: { workspaceId: workspace } })
  expect(data.filter(({ state }) => state === 'published')).toHaveLength(1)
})

it('signs out, and the session is over for programs too', async () => {
  const { api } = await owner()
  await page.getByRole('button', { name: 'Account of Ada Example' }).first().click()
  await page.getByRole('menuitem', { name: 'Sign out' }).click()
  await page.waitForURL((url) => !url.pathname.startsWith('/w/'))
  await expect(api.getMe({})).rejects.toMatchObject({ kind: 'unauthenticated' })
})
