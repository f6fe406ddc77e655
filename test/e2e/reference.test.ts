/** The pages of the API's reference, in both themes, on a phone and on a desk, by keyboard, and with the links that were given out before. */
import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, beforeEach, afterEach, describe, expect, it } from 'vitest'
import type { Browser, Page } from 'playwright-core'
import { subjects } from '#contract/platform/subjects.ts'
import { createApp } from '../../api/app.ts'
import { openBrowser } from '../support/browser.ts'
import { createWorld, type World } from '../support/world.ts'
import { faultsOf, looks, sidewaysAt360 } from './looks.ts'

let world: World
let server: Server
let origin: string
let browser: Browser
let page: Page
let asked: string[]

beforeAll(async () => {
  ;[world, browser] = await Promise.all([createWorld(), openBrowser()])
  server = createApp(world.ctx).listen(0, '127.0.0.1')
  await new Promise((listening) => server.once('listening', listening))
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
})
afterAll(async () => {
  await browser?.close()
  server?.closeAllConnections()
  server?.close()
  await world?.[Symbol.asyncDispose]()
})
beforeEach(async () => {
  page = await (await browser.newContext()).newPage()
  asked = []
  page.on('request', (request) => asked.push(request.url()))
})
afterEach(() => page.context().close())

const paths = [
  '/api/v1/',
  ...Object.keys(subjects).map((name) => `/api/v1/reference/${name.toLowerCase()}`),
]

describe('the reference of the API', () => {
  it.each(paths.map((path, i) => [path, i < 2 ? looks : undefined] as const))(
    '%s has no fault for axe, fits a phone, and asks nobody for anything',
    async (path, chosen) => {
      await page.goto(origin + path)
      expect(await faultsOf(page, chosen)).toEqual([])
      expect(await sidewaysAt360(page)).toBeLessThanOrEqual(0)
      // A browser looks for an icon by itself.
      expect(asked.filter((url) => !url.endsWith('/favicon.ico'))).toEqual([origin + path])
    },
  )

  it('can be walked by keyboard: past the menu, and from page to page', async () => {
    await page.goto(`${origin}/api/v1/`)
    await page.keyboard.press('Tab')
    const skip = page.getByRole('link', { name: 'Skip to content' })
    expect(await skip.evaluate((link) => link === document.activeElement)).toBe(true)
    expect((await skip.boundingBox())!.y).toBeGreaterThanOrEqual(0)
    await page.keyboard.press('Enter')
    await page.keyboard.press('Tab')
    const inMain = () => page.evaluate(() => !!document.activeElement?.closest('main'))
    expect(await inMain()).toBe(true)
    const next = page.getByRole('navigation', { name: 'Pages' }).getByRole('link').last()
    await next.focus()
    await page.keyboard.press('Enter')
    await page.waitForURL(`${origin}${paths[1]}`)
    const current = page.locator('[aria-current="page"]')
    expect(await current.innerText()).toBe(Object.keys(subjects)[0])
  })

  it('leads a link to an operation of before to the line of the overview that leads on to it', async () => {
    await page.goto(`${origin}/api/v1/#createPost`)
    const line = page.locator('#createPost')
    await line.getByRole('link').click()
    await page.waitForURL(`${origin}/api/v1/reference/posts#createPost`)
    const article = page.locator('article#createPost')
    const { y } = (await article.boundingBox())!
    expect(y).toBeGreaterThanOrEqual(0)
    expect(y).toBeLessThan(200)
  })
})
