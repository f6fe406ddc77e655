/** Ibis's server: it counts the parts that it was sent and keeps none of their bytes. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

export interface IbisServer extends AsyncDisposable {
  origin: string
  /** How often each part of each upload came to its end; uploads in the order in which they were begun. */
  uploads(): number[][]
  posts(): { text: string; film: unknown }[]
  /** Takes no more than the beginning of this part, once, until its connection is dropped; `reached` when it came. */
  standStillAt(part: number): { reached: Promise<void>; drop(): void }
}

export async function ibisServer(): Promise<IbisServer> {
  const uploads: number[][] = []
  const posts = new Map<string, { text: string; film: unknown }>()
  let still: { part: number; tell(): void; wait: Promise<void> } | null = null

  async function takePart(request: IncomingMessage, upload: string, part: number): Promise<void> {
    for await (const _piece of request) {
      if (still?.part !== part) continue
      const { tell, wait } = still
      still = null
      tell()
      await wait
      throw new Error('the connection is dropped')
    }
    if (!request.complete) return
    const counts = uploads[Number(upload)]!
    counts[part] = (counts[part] ?? 0) + 1
  }

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const say = (status: number, body: unknown) =>
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
    const [, kind, id = '', , part] = request.url!.split('/')
    if (request.method === 'PUT') {
      await takePart(request, id, Number(part))
      return void say(200, {})
    }
    if (request.method === 'GET') return void say(posts.has(id) ? 200 : 404, {})
    const body = JSON.parse(await new Response(request as never).text()) as never
    if (kind === 'uploads') return void say(200, { id: String(uploads.push([]) - 1) })
    const { token, text, film } = body as { token: string; text: string; film: unknown }
    posts.set(token, { text, film })
    say(200, {})
  }

  const server = createServer((request, response) => {
    request.on('error', () => undefined)
    void answer(request, response).catch(() => response.destroy())
  })
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening))
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    uploads: () => uploads.map((counts) => [...counts]),
    posts: () => [...posts.values()],
    standStillAt(part) {
      const came = Promise.withResolvers<void>()
      const gone = Promise.withResolvers<void>()
      still = { part, tell: came.resolve, wait: gone.promise }
      return { reached: came.promise, drop: gone.resolve }
    },
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      await new Promise((closed) => server.close(closed))
    },
  }
}
