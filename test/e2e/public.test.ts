import { afterAll, beforeAll, expect, it } from 'vitest'
import type { Browser } from 'playwright-core'
import { openBrowser } from '../support/browser.ts'
import { startProduct, type Product } from '../support/product.ts'

let product: Product
let browser: Browser
beforeAll(async () => {
  ;[product, browser] = await Promise.all([startProduct(), openBrowser()])
})
afterAll(async () => {
  await browser?.close()
  await product?.[Symbol.asyncDispose]()
})

it('keeps what was typed when the password is wrong', async () => {
  const { email } = await product.account()
  const page = await browser.newPage()
  await page.goto(`${product.url}/sign-in`)
  await page.getByLabel('E-mail').fill(email)
  await page.getByLabel('Password').fill('not the right words')
  await page.getByRole('button', { name: 'Sign in' }).click()
  await page
    .getByRole('status')
    .filter({ hasText: /password/i })
    .waitFor()
  expect(await page.getByLabel('E-mail').inputValue()).toBe(email)
  await page.close()
})

it('registers in the browser and ends in the new workspace', async () => {
  const page = await browser.newPage()
  await product.register(page)
  expect(new URL(page.url()).pathname).toMatch(/^\/w\/[0-9a-f-]{36}$/)
  await page.close()
})
