/** Every page with data, empty and in error, and what opens on it, in both themes, on a phone and on a desk: axe finds nothing. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Browser, BrowserContext, Page } from 'playwright-core'
import { makeDemo } from '../../core/demo/demo.ts'
import { openBrowser } from '../support/browser.ts'
import { startProduct, type Account, type Product } from '../support/product.ts'
import { faultsOf, fewLooks, looks, sidewaysAt360 } from './looks.ts'

let product: Product
let browser: Browser
let context: BrowserContext
let ada: Account
/** A workspace with a month of posts in every state. */
let full = ''
let campaignId = ''
let postIds: Record<string, string> = {}

beforeAll(async () => {
  ;[product, browser] = await Promise.all([startProduct(), openBrowser()])
  ada = await product.account()
  full = await makeDemo(product.ctx, ada.personId)
  const at = { workspaceId: full }
  const campaigns = await ada.api.listCampaigns({ params: at })
  campaignId = campaigns.data.find((campaign) => campaign.counts.draft > 0)!.id
  const { data } = await ada.api.listPosts({ params: at, query: { limit: 200 } })
  postIds = Object.fromEntries(data.map((post) => [post.shown, post.id]))
  context = await browser.newContext({ timezoneId: 'Europe/Berlin' })
  await product.signIn(context, ada)
})
afterAll(async () => {
  await browser?.close()
  await product?.[Symbol.asyncDispose]()
})

/** Opens a path, checks its status and what axe and a ruler say of it. */
async function check(
  page: Page,
  path: string,
  status: number,
  act?: (page: Page) => Promise<void>,
  chosen = fewLooks,
) {
  await page.setViewportSize({ width: 1280, height: 800 })
  const answer = await page.goto(product.url + path, { waitUntil: 'load' })
  expect(answer!.status(), path).toBe(status)
  await act?.(page)
  expect(await faultsOf(page, chosen), path).toEqual([])
  if (!act) expect(await sidewaysAt360(page), `${path} scrolls sideways`).toBeLessThanOrEqual(0)
}

async function within(where: BrowserContext, work: (page: Page) => Promise<void>) {
  const page = await where.newPage()
  page.setDefaultTimeout(10_000)
  try {
    await work(page)
  } finally {
    await page.close()
  }
}

describe('for everybody', () => {
  it.each(['/', '/sign-in', '/register', '/privacy', '/terms', '/contact'])('%s', async (path) => {
    const anybody = await browser.newContext()
    await within(anybody, (page) => check(page, path, 200))
    await anybody.close()
  })

  it('what does not exist', async () => {
    await within(context, (page) => check(page, '/nothing-here', 404))
  })

  it('the forms with their faults', async () => {
    const anybody = await browser.newContext()
    await within(anybody, async (page) => {
      await check(page, '/register', 200, async () => {
        await page.getByLabel('E-mail').fill('no address')
        await page.getByRole('button', { name: 'Create account' }).click()
        await page.locator('[aria-invalid="true"]').first().waitFor()
      })
      await check(page, '/sign-in', 200, async () => {
        await page.getByLabel('E-mail').fill(ada.email)
        await page.getByLabel('Password').fill('not the right words')
        await page.getByRole('button', { name: 'Sign in' }).click()
        await page
          .getByRole('status')
          .filter({ hasText: /password/i })
          .waitFor()
      })
    })
    await anybody.close()
  })

  it('the public page of a workspace and one of its posts', async () => {
    const { page: site } = await ada.api.getWorkspace({ params: { workspaceId: full } })
    const post = await ada.api.getPost({
      params: { workspaceId: full, postId: postIds.published! },
    })
    const paths = [site.url, post.deliveries.find((d) => d.permalink)!.permalink!]
    for (const address of paths)
      await within(context, (page) => check(page, new URL(address).pathname, 200))
  })
})

/** Pages of a workspace below `/w/ID`. */
const places = [
  '',
  '/campaigns',
  '/campaigns/new',
  '/calendar',
  '/calendar?view=week',
  '/calendar?view=list',
  '/posts',
  '/posts/new',
  '/media',
  '/channels',
  '/channels/connect/mastodon',
  '/channels/connect/bluesky',
  '/team',
  '/settings',
  '/settings/writers',
  '/settings/keys',
  '/settings/hold',
]

describe('in a new workspace', () => {
  it.each(places)('/w/…%s', async (place) => {
    await within(context, (page) => check(page, `/w/${ada.workspaceId}${place}`, 200))
  })
  it.each(['/account', '/system', '/new-workspace'])('%s', async (path) => {
    await within(context, (page) => check(page, path, 200))
  })
})

describe('in a workspace in use', () => {
  it.each(places)('/w/…%s', async (place) => {
    await within(context, (page) => check(page, `/w/${full}${place}`, 200, undefined, looks))
  })
  it.each(['', '?view=table', '/brief'])('a campaign%s', async (rest) => {
    await within(context, (page) =>
      check(page, `/w/${full}/campaigns/${campaignId}${rest}`, 200, undefined, looks),
    )
  })
  it.each([
    'draft',
    'in_review',
    'changes_requested',
    'approved',
    'scheduled',
    'published',
    'failed',
    'missed',
    'unconfirmed',
    'taken_down',
  ])('a post that is %s', async (shown) => {
    await within(context, (page) => check(page, `/w/${full}/posts/${postIds[shown]}`, 200))
  })
  it.each(['/campaigns', '/posts'])('%s/… that was deleted', async (place) => {
    const gone = '00000000-0000-7000-8000-000000000000'
    await within(context, (page) => check(page, `/w/${full}${place}/${gone}`, 404))
  })
})

describe('what opens', () => {
  const campaign = () => `/w/${full}/campaigns/${campaignId}`

  it('the dialog of a remark', async () => {
    await within(context, (page) =>
      check(page, campaign(), 200, async () => {
        await page.getByRole('button', { name: 'Remark…' }).first().click()
        await page.getByRole('dialog').waitFor()
      }),
    )
  })
  it.each([
    ['the dialog before a campaign is written again', 'Write again…'],
    ['the list of its runs', 'Runs…'],
  ])('%s', async (_name, button) => {
    await within(context, (page) =>
      check(page, campaign(), 200, async () => {
        await page.getByRole('button', { name: button }).click()
        await page.getByRole('dialog').waitFor()
      }),
    )
  })
  it('the dialog before a campaign is deleted', async () => {
    await within(context, (page) =>
      check(page, campaign(), 200, async () => {
        await page.getByRole('button', { name: 'Delete…' }).click()
        await page.getByRole('dialog').waitFor()
      }),
    )
  })
  it('the dialog that moves a post', async () => {
    await within(context, (page) =>
      check(page, `/w/${full}/calendar?view=list`, 200, async () => {
        await page
          .getByRole('button', { name: /^Move / })
          .first()
          .click()
        await page.getByRole('dialog').waitFor()
      }),
    )
  })
  it.each([
    ['the palette', 'Control+k', '[role="dialog"]'],
    ['the list of keys', '?', '[role="dialog"]'],
  ])('%s', async (_name, key, opened) => {
    await within(context, (page) =>
      check(page, `/w/${full}/campaigns`, 200, async () => {
        await page.getByRole('heading', { level: 1 }).waitFor()
        await page.waitForTimeout(300)
        await page.keyboard.press(key)
        await page.locator(opened).waitFor()
      }),
    )
  })
  it('the account menu', async () => {
    await within(context, (page) =>
      check(page, `/w/${full}/campaigns`, 200, async () => {
        await page
          .getByRole('button', { name: /^Account of/ })
          .first()
          .click()
        await page.getByRole('menu').waitFor()
      }),
    )
  })
})
