/** A post's page, where something is wrong: said at the field it is about, until it is put right. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Browser, Page } from 'playwright-core'
import { makeDemo } from '../../core/demo/demo.ts'
import { openBrowser } from '../support/browser.ts'
import { startProduct, type Account, type Product } from '../support/product.ts'

let product: Product
let browser: Browser
let ada: Account
let page: Page
/** A workspace with a month of posts in every state, by their state. */
let full = ''
let postIds: Record<string, string> = {}

beforeAll(async () => {
  ;[product, browser] = await Promise.all([startProduct(), openBrowser()])
  ada = await product.account()
  full = await makeDemo(product.ctx, ada.personId)
  const { data } = await ada.api.listPosts({
    params: { workspaceId: full },
    query: { limit: 200 },
  })
  postIds = Object.fromEntries(data.map((post) => [post.shown, post.id]))
  page = await product.signedInPage(browser, ada)
})
afterAll(async () => {
  await browser?.close()
  await product?.[Symbol.asyncDispose]()
})

/** A page whose scripts were held takes its time to come to life on a busy machine. */
const patience = { timeout: 10_000 }
const open = (path: string) => page.goto(`${product.url}/w/${full}/posts/${path}`)
const field = (label: string) => page.getByLabel(label, { exact: true })
const text = () => page.getByRole('textbox', { name: 'Text', exact: true })
const marked = (label: string) => field(label).getAttribute('aria-invalid')
const primary = () => page.locator('main').locator('button, a').and(page.locator('.bg-accent'))

describe('a time that has passed', () => {
  it('is said at the field as soon as it is typed, and nothing else says all is well', async () => {
    await open('new')
    await text().fill('The hut opens on Saturday.')
    await page.getByText('Every channel takes it as it is').waitFor()
    await field('Time').fill('09:00')
    await field('Date').fill('2020-01-01')
    await field('Date').blur()
    await page.getByText('Wed 1 Jan 2020, 09:00 Berlin has passed.').waitFor()
    expect([await marked('Date'), await marked('Time')]).toEqual(['true', 'true'])
    await page.getByText('Every channel takes it as it is').waitFor({ state: 'detached' })
    await page.getByRole('button', { name: 'Approve and schedule' }).click()
    await page.getByText('2020-01-01 09:00 in Europe/Berlin has passed.').first().waitFor()
    const reason = await field('Date').getAttribute('aria-describedby')
    expect(await page.locator(`[id="${reason}"]`).textContent()).toContain('has passed')
  })

  it('is forgiven when another is chosen', async () => {
    await page.getByRole('button', { name: 'Next free slot' }).click()
    await page.locator('[aria-invalid="true"]').first().waitFor({ state: 'detached' })
    await page.getByText('Every channel takes it as it is').waitFor()
    await page.getByRole('button', { name: 'Approve and schedule' }).click()
    await page.waitForURL(/\/posts\/[0-9a-f-]{36}$/)
    await page.getByText('Scheduled', { exact: true }).first().waitFor()
  })
})

describe('what is typed before a page is ready', () => {
  /** Opens a page whose scripts come only after something was typed. */
  async function slowly(path: string, type: () => Promise<void>) {
    const held = Promise.withResolvers<void>()
    await page.route(/\/_app\/.*\.js/, async (route) => {
      await held.promise
      await route.continue()
    })
    await page.goto(`${product.url}/w/${full}/${path}`, { waitUntil: 'commit' })
    await type()
    held.resolve()
    await page.waitForLoadState('load')
    await page.unrouteAll({ behavior: 'wait' })
  }

  it('stands in a brief beside what was kept from before', async () => {
    await page.goto(`${product.url}/w/${full}/campaigns/new`)
    await field('What is it?').fill('Rye bread')
    await field('What should come of it?').fill('Queues')
    await page.getByText('What is it?').click()
    await slowly('campaigns/new', () => field('Who is it for?').fill('Neighbours'))
    await expect.poll(() => field('What is it?').inputValue(), patience).toBe('Rye bread')
    expect(await field('Who is it for?').inputValue()).toBe('Neighbours')
    expect(await field('What should come of it?').inputValue()).toBe('Queues')
  })
  it('comes after what was kept of a new post', async () => {
    await open('new')
    await text().fill('Kept words.')
    await page.getByText('Every channel takes it as it is').waitFor()
    await slowly('posts/new', () => text().fill('New words.'))
    await expect.poll(() => text().inputValue(), patience).toBe('Kept words.\n\nNew words.')
    await text().fill('')
  })
})

describe('a new post that is being stored', () => {
  it('keeps what is changed before its own page has come, and saves it', async () => {
    await open('new')
    await text().fill('The hut opens on Sunday.')
    const held = Promise.withResolvers<void>()
    const asked = Promise.withResolvers<void>()
    await page.route(/__data\.json/, async (route) => {
      asked.resolve()
      await held.promise
      await route.continue()
    })
    await page.getByRole('button', { name: 'Save draft' }).click()
    await asked.promise
    await page.getByRole('button', { name: 'Next free slot' }).click()
    await expect.poll(() => field('Date').inputValue(), patience).not.toBe('')
    await text().fill('The hut opens on Monday.')
    held.resolve()
    await page.waitForURL(/\/posts\/[0-9a-f-]{36}$/)
    await page.unrouteAll({ behavior: 'wait' })
    const [postId, date] = [page.url().split('/').at(-1)!, await field('Date').inputValue()]
    expect(await text().inputValue()).toBe('The hut opens on Monday.')
    const stored = () => ada.api.getPost({ params: { workspaceId: full, postId } })
    await expect
      .poll(async () => (await stored()).content.segments[0]!.text, { timeout: 10_000 })
      .toBe('The hut opens on Monday.')
    expect((await stored()).when!.wallTime).toContain(date)
  })
})

describe('a post that came to nothing', () => {
  it.each([
    ['failed', /Try again|Connect .* again/],
    ['missed', /Send it now/],
  ])('leads to what helps when it is %s, and starts without its old time', async (state, words) => {
    await open(postIds[state]!)
    await page.getByText('It was to go out').waitFor()
    expect(await field('Date').inputValue()).toBe('')
    expect(await primary().allTextContents()).toEqual([expect.stringMatching(words)])
  })

  it('is scheduled first of all once it has a new time', async () => {
    await open(postIds.missed!)
    await page.getByText('It was to go out').waitFor()
    await page.getByRole('button', { name: 'Next free slot' }).click()
    await expect
      .poll(() => primary().allTextContents())
      .toEqual([expect.stringMatching(/Schedule|Save changes/)])
  })
})

describe('a mention', () => {
  const mentions = () => page.getByRole('list', { name: 'Mentions' })
  const dialog = () => page.getByRole('dialog')
  it('is not taken with a handle that is none, and says at the field what one looks like', async () => {
    await open(postIds.draft!)
    await page.getByRole('button', { name: 'Mention…' }).click()
    await dialog().getByLabel('Name').fill('Hut')
    await dialog().getByLabel('On Bluesky').fill('garbage handle with spaces')
    await dialog().getByRole('button', { name: 'Insert the mention' }).click()
    await dialog().getByText('Type the whole handle, like name.bsky.social.').waitFor()
    expect(await dialog().getByLabel('On Bluesky').getAttribute('aria-invalid')).toBe('true')
    await dialog().getByLabel('On Bluesky').fill('hut.example')
    await dialog().getByRole('button', { name: 'Insert the mention' }).click()
    await mentions().getByText('Bluesky: @hut.example').waitFor()
    expect(await text().inputValue()).toContain('@{Hut}')
  })
  it('can be corrected and removed', async () => {
    await mentions().getByRole('button', { name: 'Correct Hut…' }).click()
    await dialog().getByLabel('Name').fill('The hut')
    await dialog().getByLabel('On Mastodon').fill('@hut@social.example')
    await dialog().getByRole('button', { name: 'Correct the mention' }).click()
    await mentions().getByText('Mastodon: @hut@social.example').waitFor()
    expect(await text().inputValue()).toContain('@{The hut}')
    await mentions().getByRole('button', { name: 'Remove the mention of The hut' }).click()
    await mentions().waitFor({ state: 'detached' })
    expect(await text().inputValue()).toMatch(/(?<!@\{)The hut$/)
    await page.getByText('Saved', { exact: true }).waitFor()
  })
})

it('cancels sending with a way back to its time', async () => {
  const params = { workspaceId: full, postId: postIds.scheduled! }
  const { publishAt } = await ada.api.getPost({ params })
  await open(postIds.scheduled!)
  const cancel = page.getByRole('button', { name: 'Cancel sending' })
  await cancel.click()
  const message = page.getByRole('listitem').filter({ hasText: 'Sending cancelled' })
  await message.getByText('It stays approved.').waitFor()
  await cancel.waitFor({ state: 'detached' })
  expect(await ada.api.getPost({ params })).toMatchObject({ shown: 'approved', publishAt })
  await message.getByRole('button', { name: 'Undo' }).click()
  await cancel.waitFor()
  expect(await ada.api.getPost({ params })).toMatchObject({ shown: 'scheduled', publishAt })
})

it('calls saving a post in review no draft', async () => {
  await open(postIds.in_review!)
  await page.getByRole('button', { name: 'Save', exact: true }).waitFor()
  expect(await page.getByRole('button', { name: 'Save draft' }).count()).toBe(0)
})

it('leaves a post in review when its approval is undone', async () => {
  const params = { workspaceId: full, postId: postIds.in_review! }
  await open(postIds.in_review!)
  await page.getByRole('button', { name: 'Approve', exact: true }).click()
  const message = page.getByRole('listitem').filter({ hasText: 'Approved' })
  await message.getByRole('button', { name: 'Undo' }).click()
  await page.getByRole('button', { name: 'Approve', exact: true }).waitFor()
  expect((await ada.api.getPost({ params })).state).toBe('in_review')
})
