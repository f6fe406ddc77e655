import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect, test } from 'vitest'
import { openBrowser } from '../support/browser.ts'

test('the browser opens a second page after the first', async () => {
  const server = createServer((_, response) => response.end('<title>here</title>')).listen(0)
  const { port } = server.address() as AddressInfo
  const browser = await openBrowser()
  try {
    for (let page = 0; page < 2; page++) {
      const tab = await browser.newPage()
      await tab.goto(`http://127.0.0.1:${port}/`)
      expect(await tab.title()).toBe('here')
    }
  } finally {
    await browser.close()
    server.close()
  }
}, 60_000)
