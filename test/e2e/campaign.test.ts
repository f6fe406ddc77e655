/** From a brief to a calendar: what a marketer does with a campaign, in a real browser, on the real product. */
import { afterAll, beforeAll, expect, it } from 'vitest'
import type { Browser, Page } from 'playwright-core'
import { openBrowser } from '../support/browser.ts'
import { startProduct, type Account, type Product } from '../support/product.ts'
import { eventually } from '../support/world.ts'

let product: Product
let browser: Browser
let ada: Account
let page: Page
let campaignUrl = ''

beforeAll(async () => {
  ;[product, browser] = await Promise.all([startProduct(), openBrowser()])
  ada = await product.account()
  const publicPage = {
    on: true,
    slug: 'ridgeline',
    title: 'Ridgeline',
    about: '',
    imprint: 'Ridgeline, Example Street 1',
  }
  await ada.api.updatePage({ params: at(), body: publicPage })
  page = await product.signedInPage(browser, ada)
})
afterAll(async () => {
  await browser?.close()
  await product?.[Symbol.asyncDispose]()
})

const at = () => ({ workspaceId: ada.workspaceId })
const campaignId = () => campaignUrl.split('/').at(-1)!
const posts = async () =>
  (await ada.api.listPosts({ params: at(), query: { campaignId: campaignId(), order: 'time' } }))
    .data
const shownAs = async (shown: string) => (await posts()).filter((post) => post.shown === shown)
const cards = () => page.getByRole('article')

it('writes a campaign from a brief, and its drafts appear one by one', async () => {
  await page.goto(`${product.url}/w/${ada.workspaceId}/campaigns`)
  await page.getByRole('link', { name: 'Write a brief' }).click()
  await page.getByLabel('What is it?').fill('Ridgeline 40L')
  await page.getByLabel('Who is it for?').fill('People who walk for several days')
  await page
    .getByLabel('Facts, one on each line')
    .fill('40 litres, 1.1 kg\nMade from recycled nylon\n149 EUR')
  await page.getByRole('button', { name: 'Write the campaign' }).click()
  await page.waitForURL(/campaigns\/[0-9a-f-]{36}$/)
  campaignUrl = page.url()
  await page.getByText(/^\d+ posts written$/).waitFor()
  const written = await posts()
  expect(written.length).toBeGreaterThan(8)
  await eventually(async () => (await cards().count()) === written.length)
  expect(written.every((post) => post.shown === 'draft')).toBe(true)
})

it('shows on a card the text that its channel gets', async () => {
  const [first] = await posts()
  const { ownTexts, content } = await ada.api.getPost({ params: { ...at(), postId: first!.id } })
  const said = (ownTexts[0] ?? content).segments[0]!.text.split('\n')[0]!
  expect(await cards().first().innerText()).toContain(said)
})

it('writes one post anew after a remark, shows both versions, and takes the old one back when asked', async () => {
  const [first] = await posts()
  await cards().first().getByRole('button', { name: 'Remark…' }).click()
  const dialog = page.getByRole('dialog', { name: 'Write this post anew' })
  await dialog.getByRole('button', { name: 'shorter' }).click()
  await dialog.getByRole('button', { name: 'Write anew' }).click()
  const both = page.getByRole('dialog', { name: 'The new version' })
  await both.getByRole('region', { name: 'New' }).waitFor()
  const before = await both.getByRole('region', { name: 'Before' }).innerText()
  expect(await both.getByRole('region', { name: 'New' }).innerText()).not.toBe(before)
  const now = await posts()
  expect(now.find((post) => post.id === first!.id)!.contentVersion).toBe(first!.contentVersion + 1)
  expect(now.filter((post) => post.contentVersion === 1)).toHaveLength(now.length - 1)
  await both.getByRole('button', { name: 'Take the old one back' }).click()
  await both.waitFor({ state: 'detached' })
  const text = async (contentVersion: number) => {
    const { data } = await ada.api.listVersions({ params: { ...at(), postId: first!.id } })
    return data.find((v) => v.contentVersion === contentVersion)!.content.segments[0]!.text
  }
  expect(await text(3)).toBe(await text(1))
})

it('writes again after asking what becomes of the drafts, and deletes the run before', async () => {
  const before = await posts()
  await page.getByRole('button', { name: 'Write again…' }).click()
  const dialog = page.getByRole('dialog', { name: 'Write the campaign again' })
  await dialog.getByLabel(`Replace the ${before.length} drafts`).check()
  await dialog.getByRole('button', { name: `Replace ${before.length} drafts` }).click()
  await dialog.waitFor({ state: 'detached' })
  const runs = async () =>
    (await ada.api.listRuns({ params: { ...at(), campaignId: campaignId() } })).data
  await eventually(async () => (await runs())[0]!.state === 'done' && (await runs()).length === 2)
  const after = await posts()
  expect(after.map((p) => p.wallTime)).toEqual(before.map((p) => p.wallTime))
  expect(after.some((p) => before.some((b) => b.id === p.id))).toBe(false)
  await page.getByRole('button', { name: 'All 2 runs…' }).click()
  const list = page.getByRole('dialog', { name: 'Runs' })
  const first = list.getByRole('listitem').filter({ hasText: 'Run 1' })
  await first.getByRole('button', { name: 'Delete this run…' }).click()
  await page
    .getByRole('dialog', { name: 'Delete run 1' })
    .getByRole('button', { name: 'Delete for good' })
    .click()
  await eventually(async () => (await runs()).length === 1)
  await page.getByText('Run 1 is deleted').waitFor()
  expect(page.url()).toBe(campaignUrl)
  expect((await posts()).map((p) => p.id)).toEqual(after.map((p) => p.id))
})

it('takes back no approval that somebody else gave before', async () => {
  const all = await posts()
  const [theirs] = all
  const params = { ...at(), postId: theirs!.id }
  // The page does not know of it yet when the button is pressed.
  await page.route('**/posts/approve', async (route) => {
    await ada.api.approvePost({ params, body: { contentVersion: theirs!.contentVersion } })
    await route.continue()
  })
  await page.getByRole('button', { name: `Approve and schedule ${all.length}` }).click()
  const message = page.getByRole('listitem').filter({ hasText: 'posts are approved' })
  await message.waitFor()
  await page.unrouteAll({ behavior: 'wait' })
  expect(await shownAs('scheduled')).toHaveLength(all.length)
  await message.getByRole('button', { name: 'Undo' }).click()
  await eventually(async () => (await shownAs('draft')).length === all.length - 1)
  // Its sending is cancelled by a call of its own.
  await eventually(async () => (await shownAs('scheduled')).length === 0)
  expect((await shownAs('approved')).map((post) => post.id)).toEqual([theirs!.id])
  await ada.api.withdrawApproval({ params })
  await message.waitFor({ state: 'detached' })
})

it('approves and schedules all posts at once, and takes it back with one press', async () => {
  const all = (await posts()).length
  await page.getByRole('button', { name: `Approve and schedule ${all}` }).click()
  await page.getByText(`${all} posts are approved and scheduled`).waitFor()
  expect(await shownAs('scheduled')).toHaveLength(all)
  // The newest message lies above the older ones.
  const message = page.getByRole('listitem').filter({ hasText: 'posts are approved' })
  await message.getByRole('button', { name: 'Undo' }).click()
  await eventually(async () => (await shownAs('draft')).length === all)
  await page.getByRole('button', { name: `Approve and schedule ${all}` }).click()
  await eventually(async () => (await shownAs('scheduled')).length === all)
})

/** Opens the month of the campaign's first post. */
async function openMonth() {
  const all = await posts()
  const first = all[0]!
  await page.goto(
    `${product.url}/w/${ada.workspaceId}/calendar?view=month&at=${first.wallTime!.slice(0, 10)}`,
  )
  const tile = page.locator(`[data-tile="${first.id}"]:visible`)
  await tile.waitFor()
  return { first, tile }
}

/** Another day of the same row of the calendar. */
function neighbour(wallTime: string): string {
  const day = new Date(`${wallTime.slice(0, 10)}T12:00:00Z`)
  const isSunday = day.getUTCDay() === 0
  day.setUTCDate(day.getUTCDate() + (isSunday ? -1 : 1))
  return day.toISOString().slice(0, 10)
}

const wallTimeOf = async (id: string) => (await posts()).find((post) => post.id === id)!.wallTime!

it('moves a post on the calendar by keyboard', async () => {
  const { first, tile } = await openMonth()
  const day = neighbour(first.wallTime!)
  await tile.focus()
  await page.keyboard.press('m')
  const dialog = page.getByRole('dialog', { name: 'Move this post' })
  await dialog.getByLabel('Date').fill(day)
  await dialog.getByLabel('Time').fill('13:45')
  await dialog.getByRole('button', { name: 'Move', exact: true }).click()
  await page.getByText(/^Moved to/).waitFor()
  expect(await wallTimeOf(first.id)).toBe(`${day}T13:45`)
})

it('drags a post to another day and keeps its time of day', async () => {
  const { first, tile } = await openMonth()
  const day = neighbour(first.wallTime!)
  const [from, to] = [
    await tile.boundingBox(),
    await page.locator(`[data-day="${day}"]`).boundingBox(),
  ]
  await page.mouse.move(from!.x + 20, from!.y + 8)
  await page.mouse.down()
  await page.mouse.move(from!.x + 30, from!.y + 12, { steps: 3 })
  await page.mouse.move(to!.x + to!.width / 2, to!.y + to!.height - 8, { steps: 8 })
  await page.mouse.up()
  await eventually(
    async () => (await wallTimeOf(first.id)) === `${day}T${first.wallTime!.slice(11)}`,
  )
  expect((await posts()).find((post) => post.id === first.id)!.shown).toBe('scheduled')
  expect(page.url()).toContain('/calendar')
})

it('deletes the campaign with all its posts', async () => {
  await page.goto(campaignUrl)
  await page.getByRole('button', { name: 'Delete…' }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Delete for good' }).click()
  await page.waitForURL(/\/campaigns$/)
  await page.getByText('No campaign yet').waitFor()
  expect(await posts().catch(() => [])).toEqual([])
})

it('shows a viewer the posts, and no button that would be refused', async () => {
  const vi = await product.account({ name: 'Vi Ewer' })
  await ada.api.addMember({ params: at(), body: { email: vi.email, role: 'viewer' } })
  const other = await product.signedInPage(browser, vi)
  await other.goto(`${product.url}/w/${ada.workspaceId}/campaigns`)
  await other.getByText('No campaign yet').waitFor()
  expect(await other.getByRole('link', { name: 'Write a brief' }).count()).toBe(0)
  const answer = await other.goto(`${product.url}/w/${ada.workspaceId}/campaigns/new`)
  expect(answer!.status()).toBe(403)
  expect(await other.getByRole('heading', { level: 1 }).count()).toBe(1)
  await other.context().close()
})

it('shows a stranger nothing of the workspace', async () => {
  const stranger = await product.account({ name: 'Stran Ger' })
  const other = await product.signedInPage(browser, stranger)
  const answer = await other.goto(`${product.url}/w/${ada.workspaceId}/campaigns`)
  expect(answer!.status()).toBe(404)
  await other.context().close()
})

it('signs out, and the back button shows nothing', async () => {
  await page.getByRole('button', { name: 'Account of Ada Example' }).first().click()
  await page.getByRole('menuitem', { name: 'Sign out' }).click()
  await page.waitForURL((url) => !url.pathname.startsWith('/w/'))
  await page.goto(campaignUrl)
  expect(new URL(page.url()).pathname).toBe('/sign-in')
})
