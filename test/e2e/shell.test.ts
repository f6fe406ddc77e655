/** What surrounds every page: the phone's menu, paper, acts on many posts, a hold, and pages one may not see. */
import type { Browser, BrowserContext, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { makeDemo } from '../../core/demo/demo.ts'
import { openBrowser } from '../support/browser.ts'
import { startProduct, type Account, type Product } from '../support/product.ts'

let product: Product
let browser: Browser
let desk: BrowserContext
let ada: Account
let demo = ''

beforeAll(async () => {
  ;[product, browser] = await Promise.all([startProduct(), openBrowser()])
  ada = await product.account()
  demo = await makeDemo(product.ctx, ada.personId)
  desk = await browser.newContext({ timezoneId: 'Europe/Berlin' })
  await product.signIn(desk, ada)
})
afterAll(async () => {
  await browser?.close()
  await product?.[Symbol.asyncDispose]()
})

async function open(context: BrowserContext, path: string): Promise<Page> {
  const page = await context.newPage()
  page.setDefaultTimeout(10_000)
  await page.goto(product.url + path, { waitUntil: 'load' })
  return page
}
const phone = async () => {
  const context = await browser.newContext({ viewport: { width: 390, height: 844 } })
  await product.signIn(context, ada)
  return context
}

/** A press before the page has come to life does nothing, so it is made again. */
async function openMore(page: Page): Promise<void> {
  const account = page.getByRole('menuitem', { name: 'Account', exact: true })
  const press = async () => {
    await page.getByRole('button', { name: 'More' }).click()
    return account.waitFor({ timeout: 1500 }).then(
      () => true,
      () => false,
    )
  }
  await expect.poll(press, { timeout: 10_000 }).toBe(true)
}

describe('on a phone', () => {
  it('leads from More to the account, to another workspace and out', async () => {
    const page = await open(await phone(), `/w/${demo}`)
    await openMore(page)
    const mine = page.getByRole('menuitem').and(page.locator(`[href="/w/${ada.workspaceId}"]`))
    await mine.click()
    await page.waitForURL(`**/w/${ada.workspaceId}`)
    await openMore(page)
    await page.getByRole('menuitem', { name: 'Sign out' }).click()
    await page.waitForURL('**/sign-in')
    await page.context().close()
  })

  it('opens the calendar at today, without the days of other months', async () => {
    const page = await open(await phone(), `/w/${demo}/calendar`)
    const days = await page
      .locator('[data-from]:visible')
      .evaluateAll((all) => all.map((e) => (e as HTMLElement).dataset.from!))
    expect(days.length).toBeGreaterThan(0)
    expect(new Set(days.map((day) => day.slice(0, 7))).size).toBe(1)
    const today = new Intl.DateTimeFormat('sv-SE', { timeZone: 'Europe/Berlin' }).format(new Date())
    const next = days.find((day) => day >= today)
    if (next)
      await expect
        .poll(() =>
          page
            .locator(`[data-from="${next}"]:visible`)
            .evaluate((e) => e.getBoundingClientRect().top < innerHeight),
        )
        .toBe(true)
    await page.context().close()
  })
})

describe('on paper', () => {
  it('has the width of the sheet, no controls, and dark letters whatever the theme', async () => {
    const page = await open(desk, `/w/${demo}/calendar`)
    await page.emulateMedia({ media: 'print', colorScheme: 'dark' })
    const main = await page.locator('#main').boundingBox()
    expect(main!.width).toBeGreaterThan(1200)
    for (const name of ['New post', 'Select', 'Wipe the demo'])
      expect(await page.getByText(name, { exact: true }).isVisible(), name).toBe(false)
    const lightness = await page.evaluate(() =>
      Number(/oklch\(([\d.]+)/.exec(getComputedStyle(document.body).color)?.[1]),
    )
    expect(lightness).toBeLessThan(0.5)
    await page.close()
  })
})

describe('many posts at once', () => {
  it('are cancelled with a way back, above the bar and not on it', async () => {
    const page = await open(desk, `/w/${demo}/posts`)
    const bar = page.getByRole('region', { name: 'Selected posts' })
    const row = page.locator('li', { hasText: 'Scheduled' }).first()
    const title = await row.getByRole('link').innerText()
    await row.getByRole('checkbox').check()
    await bar.getByRole('button', { name: 'Cancel sending 1' }).click()
    const undo = page.getByRole('button', { name: 'Undo' })
    await undo.waitFor()
    const same = page.locator('li', { has: page.getByRole('link', { name: title, exact: true }) })
    await same.getByText('Approved').waitFor()
    await bar.getByRole('button', { name: 'Schedule 1' }).waitFor()
    // The message slides in; where it comes to rest counts.
    const below = async () => {
      const [message, edge] = [await undo.boundingBox(), await bar.boundingBox()]
      return message!.y + message!.height <= edge!.y
    }
    await expect.poll(below).toBe(true)
    await undo.click()
    await same.getByText('Scheduled').waitFor()
    await page.close()
  })

  it('say what the way back is refused for', async () => {
    const page = await open(desk, `/w/${demo}/posts?state=scheduled`)
    const bar = page.getByRole('region', { name: 'Selected posts' })
    const row = page.locator('li', { hasText: 'Scheduled' }).first()
    const postId = (await row.getByRole('link').getAttribute('href'))!.split('/').at(-1)!
    await row.getByRole('checkbox').check()
    await bar.getByRole('button', { name: 'Cancel sending 1' }).click()
    const undo = page.getByRole('button', { name: 'Undo' })
    await undo.waitFor()
    await ada.api.withdrawApproval({ params: { workspaceId: demo, postId } })
    await undo.click()
    await page.getByText('1 post left as before').waitFor()
    await page.getByText('This version is not approved yet.').waitFor()
    await page.close()
  })
})

describe('the calendar by keyboard', () => {
  it('keeps the day in focus when Enter opens its week', async () => {
    const page = await open(desk, `/w/${demo}/calendar`)
    const day = page.locator('[data-day][tabindex="0"]')
    const date = await day.getAttribute('data-day')
    const press = async () => {
      await day.focus()
      await page.keyboard.press('Enter')
      return page.waitForURL(/view=week/, { timeout: 1500 }).then(
        () => true,
        () => false,
      )
    }
    await expect.poll(press, { timeout: 10_000 }).toBe(true)
    await expect
      .poll(() => page.evaluate(() => (document.activeElement as HTMLElement).dataset.day))
      .toBe(date)
    await page.close()
  })
})

describe('while publishing is on hold', () => {
  it('Today says so with the reason and the way on, and not that all goes out by itself', async () => {
    const params = { workspaceId: demo }
    await ada.api.holdPublishing({ params, body: { reason: 'Wrong price' } })
    const page = await open(desk, `/w/${demo}`)
    const needs = page.getByRole('region', { name: 'What needs you' })
    await needs.getByText('Nothing goes out until somebody resumes.').waitFor()
    await needs.getByText(/Since .*: Wrong price/).waitFor()
    await needs.getByRole('link', { name: 'Resume…' }).click()
    await page.getByText('Nothing is overdue.').waitFor()
    await page.getByRole('button', { name: 'Resume publishing' }).click()
    await page.getByText('Publishing goes on').waitFor()
    await page.close()
  })
})

describe('what one may not see', () => {
  it('names who can grant it, inside the workspace and once', async () => {
    const ed = await product.account({ name: 'Ed Itor', workspaceName: 'Other' })
    const params = { workspaceId: demo }
    await ada.api.addMember({ params, body: { email: ed.email, role: 'editor' } })
    const context = await browser.newContext()
    await product.signIn(context, ed)
    const page = await open(context, `/w/${demo}/settings`)
    await page.getByText(`${ada.name} can do it`).waitFor()
    await page.goto(`${product.url}/w/${demo}/channels/connect/mastodon`, { waitUntil: 'load' })
    await page.getByText(`${ada.name} can do it`).waitFor()
    await page.goto(`${product.url}/system`, { waitUntil: 'load' })
    expect(await page.getByText('Only who runs this instance may see this.').count()).toBe(1)
    expect(await page.getByRole('heading').allInnerTexts()).toEqual([
      'Your role does not allow this',
    ])
    await context.close()
  })
})
