/** The link that is printed at start, opened as its reader would. */
import { afterAll, beforeAll, expect, it } from 'vitest'
import type { Browser } from 'playwright-core'
import { setupLink } from '#contract/identity/setup-link.ts'
import { openBrowser } from '../support/browser.ts'
import { password, startProduct, type Product } from '../support/product.ts'

const token = 'printed-at-start-and-nowhere-else'
let product: Product
let browser: Browser
beforeAll(async () => {
  const env = { TRUST_PROXY: 'loopback', OPEN_REGISTRATION: 'false', SETUP_TOKEN: token }
  ;[product, browser] = await Promise.all([startProduct({ env }), openBrowser()])
})
afterAll(async () => {
  await browser?.close()
  await product?.[Symbol.asyncDispose]()
})

it('leads the first person in, as the one who runs the instance', async () => {
  const page = await browser.newPage()
  await page.goto(setupLink(product.url, token))
  await page.getByLabel('Your name').fill('Ada Example')
  await page.getByLabel('E-mail').fill('ada@example.org')
  await page.getByLabel('Password').fill(password)
  await page.getByLabel(/16/).check()
  await page.getByRole('button', { name: /Create/ }).click()
  await page.waitForURL(/\/w\//)
  await page.goto(`${product.url}/system`)
  expect(await page.getByRole('heading', { level: 1 }).textContent()).toBe('System')
})
