/** A page on this machine that a post can link to, with the title and the image of its card. */
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import sharp from 'sharp'

export interface LinkedPage extends AsyncDisposable {
  url: string
  title: string
  /** How many requests came. */
  asked(): number
}

export async function linkedPage(): Promise<LinkedPage> {
  const title = 'The hut opens'
  const create = { width: 60, height: 30, channels: 3 as const, background: '#264' }
  const image = await sharp({ create }).png().toBuffer()
  const html = `<!doctype html><title>${title}</title><meta property="og:title" content="${title}"><meta name="description" content="Soup from ten."><meta property="og:image" content="/hut.png">`
  let asked = 0
  const server = createServer((request, response) => {
    asked += 1
    const isImage = request.url === '/hut.png'
    response.setHeader('content-type', isImage ? 'image/png' : 'text/html; charset=utf-8')
    response.end(isImage ? image : html)
  })
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/hut`,
    title,
    asked: () => asked,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      await new Promise((closed) => server.close(closed))
    },
  }
}
