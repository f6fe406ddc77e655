/** Accounts of two networks, connected as a person does it, and one post on both: each network has it once. */
import { afterAll, beforeAll, expect, it } from 'vitest'
import type { Browser, Page } from 'playwright-core'
import { openBrowser } from '../support/browser.ts'
import { startProduct, type Account, type Product } from '../support/product.ts'
import { linkedPage, type LinkedPage } from '../support/linked-page.ts'
import { publishNow } from './acts.ts'
import { blueskySimulator, type BlueskySimulator } from '../support/simulators/bluesky.ts'
import { mastodonSimulator, type MastodonSimulator } from '../support/simulators/mastodon.ts'

let mastodon: MastodonSimulator
let bluesky: BlueskySimulator
let site: LinkedPage
let product: Product
let browser: Browser
let ada: Account
let page: Page
const text = 'The hut opens on Saturday. Soup is on the stove from ten.'

beforeAll(async () => {
  ;[mastodon, bluesky, site, browser] = await Promise.all([
    mastodonSimulator(),
    blueskySimulator(),
    linkedPage(),
    openBrowser(),
  ])
  const ALLOW_PRIVATE_ORIGINS = [mastodon, bluesky, new URL(site.url)]
    .map(({ origin }) => origin)
    .join()
  product = await startProduct({ env: { ALLOW_PRIVATE_ORIGINS } })
  ada = await product.account()
  page = await product.signedInPage(browser, ada)
})
afterAll(async () => {
  await browser?.close()
  await product?.[Symbol.asyncDispose]()
  await Promise.all([mastodon?.close(), bluesky?.close(), site?.[Symbol.asyncDispose]()])
})

const channels = async () =>
  (await ada.api.listChannels({ params: { workspaceId: ada.workspaceId } })).data.filter(
    (channel) => channel.state === 'active',
  )

async function begin(network: 'Mastodon' | 'Bluesky') {
  await page.goto(`${product.url}/w/${ada.workspaceId}/channels`)
  await page.getByRole('link', { name: network }).click()
  await page.getByRole('heading', { level: 1, name: `Connect ${network}` }).waitFor()
}

/** An empty new post: one that was left unsaved is kept in the browser, and what is typed comes after it. */
async function openNewPost(page: Page): Promise<void> {
  await page.evaluate(() => localStorage.clear())
  await page.goto(`${product.url}/w/${ada.workspaceId}/posts/new`)
}

it('says what is wrong when nobody agrees on Mastodon, and connects nothing', async () => {
  await begin('Mastodon')
  await page.getByRole('textbox').first().fill(mastodon.origin)
  await page.getByRole('button', { name: 'Go to Mastodon to agree' }).click()
  await page.getByRole('button', { name: 'Deny' }).click()
  await page.waitForURL(`${product.url}/**`)
  await page
    .getByText(/not agree|declined|denied|refused|cancelled/i)
    .first()
    .waitFor()
  expect(await channels()).toEqual([])
})

it('connects a Mastodon account by agreeing there', async () => {
  await begin('Mastodon')
  await page.getByRole('textbox').first().fill(mastodon.origin)
  await page.getByRole('button', { name: 'Go to Mastodon to agree' }).click()
  await page.getByRole('heading', { name: 'Allow access?' }).waitFor()
  await page.getByLabel('Name').fill('ada')
  await page.getByLabel('Password').fill('ada-password')
  await page.getByRole('button', { name: 'Allow' }).click()
  await page.waitForURL(`${product.url}/w/${ada.workspaceId}/channels`)
  await page.getByRole('region', { name: 'Connected channels' }).getByText('@ada').first().waitFor()
  expect((await channels()).map(({ network }) => network)).toEqual(['mastodon'])
})

it('connects a Bluesky account by an app password', async () => {
  await begin('Bluesky')
  await page.getByRole('radio', { name: /app password/i }).check({ force: true })
  await page.getByLabel('Handle').fill('ada.test')
  await page.getByRole('textbox', { name: 'App password' }).fill('ada-password')
  // Most people leave it empty, so the form must let them.
  expect(await page.getByLabel('Server').getAttribute('required')).toBeNull()
  await page.getByLabel('Server').fill(bluesky.origin)
  await page.getByRole('button', { name: 'Connect', exact: true }).click()
  await page.waitForURL(`${product.url}/w/${ada.workspaceId}/channels`)
  await page
    .getByRole('region', { name: 'Connected channels' })
    .getByText('ada.test')
    .first()
    .waitFor()
  expect((await channels()).map(({ network }) => network).sort()).toEqual(['bluesky', 'mastodon'])
})

it('publishes one post on both networks, once on each', async () => {
  await openNewPost(page)
  await page.getByRole('textbox', { name: 'Text', exact: true }).fill(text)
  await publishNow(page)
  await page
    .getByRole('region', { name: 'Channels of this post' })
    .getByRole('link', { name: 'Open post' })
    .nth(1)
    .waitFor()
  // Long enough for a second try, if anything wanted one.
  await page.waitForTimeout(1_500)
  expect(mastodon.visible('ada').map((status) => status.text)).toEqual([text])
  expect(bluesky.visible('ada.test').map(({ value }) => value.text)).toEqual([text])
})

it('leads to each post where it is', async () => {
  const { data } = await ada.api.listDeliveries({ params: { workspaceId: ada.workspaceId } })
  expect(data).toHaveLength(2)
  for (const { permalink, network } of data) {
    const shown = await fetch(permalink!)
    expect(await shown.text(), network).toContain('The hut opens on Saturday.')
  }
})

it('shows the card that Bluesky is going to get, and that is the one it gets', async () => {
  await openNewPost(page)
  await page.getByRole('textbox', { name: 'Text', exact: true }).fill(`Soup: ${site.url}`)
  await page.getByRole('tab', { name: 'ada.test' }).click()
  const preview = page.getByRole('region', { name: 'Preview' })
  await preview.getByText(site.title).waitFor()
  await preview.getByText('Soup from ten.').waitFor()
  expect(await preview.locator('img[src^="data:image/"]').count()).toBe(1)
  await publishNow(page)
  const sent = async () => bluesky.visible('ada.test').at(-1)!.value.embed
  await expect.poll(sent).toMatchObject({
    external: { uri: site.url, title: site.title, description: 'Soup from ten.' },
  })
})

it('folds a preview where each network does: Bluesky at line breaks, Mastodon at the height of its column', async () => {
  await openNewPost(page)
  const preview = page.getByRole('region', { name: 'Preview' })
  const more = preview.getByRole('button', { name: 'Show more' })
  const shown = async () => (await preview.getByRole('paragraph').first().innerText()).trim()
  const lines = async () => (await shown()).split('\n').length
  const type = async (words: string) => {
    await page.getByRole('tab', { name: 'All channels' }).click()
    await page.getByRole('textbox', { name: 'Text', exact: true }).fill(words)
  }
  const look = (network: RegExp) => page.getByRole('tab', { name: network }).click()
  const short = (n: number) => Array.from({ length: n }, (_, i) => `Line ${i + 1}`).join('\n')

  await type(short(30))
  await look(/Bluesky/)
  await more.waitFor()
  expect(await lines()).toBe(25)
  await look(/Mastodon/)
  await more.waitFor({ state: 'detached' })
  expect(await lines()).toBe(30)

  await type(short(33))
  await look(/Mastodon/)
  await more.waitFor()
  expect(await lines()).toBe(15)
  await more.click()
  expect(await lines()).toBe(33)

  const wrapped = 'Soup is on the stove from ten. '.repeat(120).trim()
  await type(wrapped)
  await look(/Bluesky/)
  await more.waitFor({ state: 'detached' })
  expect(await shown()).toBe(wrapped)
  await look(/Mastodon/)
  await more.waitFor()
  const { length } = await shown()
  // Fifteen lines of a column of 568 pixels.
  expect(length).toBeGreaterThan(15 * 50)
  expect(length).toBeLessThan(15 * 110)
})

it('says of a mentioned handle that nobody has it, and sends the post all the same', async () => {
  await openNewPost(page)
  const words = 'Soup with @nobody.test.'
  await page.getByRole('textbox', { name: 'Text', exact: true }).fill(words)
  await publishNow(page)
  await page.getByText('Nobody on Bluesky is @nobody.test').waitFor()
  await page.getByText(`Nobody on ${new URL(mastodon.origin).host} is @nobody.test`).waitFor()
  await expect.poll(() => bluesky.visible('ada.test').at(-1)!.value.text).toBe(words)
  await expect.poll(() => mastodon.visible('ada').at(-1)!.text).toBe(words)
})
