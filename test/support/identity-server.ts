import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import express from 'express'
import { sessionMiddleware } from '../../api/identity/session-middleware.ts'
import { authHandlers } from '../../api/identity/auth.ts'
import { keyHandlers } from '../../api/identity/keys.ts'
import { apiRouter, problemHandler } from '../../api/mount.ts'
import type { IdentityWorld } from './identity.ts'

export interface Asked {
  status: number
  body: any
  cookies: string[]
  headers: Headers
}

export interface Ask {
  method?: string
  body?: unknown
  headers?: Record<string, string>
}

/** The account's endpoints over real HTTP, without the rest of the product. `origin` is what browsers would call it. */
export async function serveIdentity(world: IdentityWorld) {
  const app = express()
  app.set('trust proxy', 'loopback')
  app.use(sessionMiddleware(world.ctx))
  app.get('/page', (req, res) => {
    // As the pages do it: the whole header is set anew.
    res.setHeader('set-cookie', ['theme=dark'])
    res.json((req as unknown as { actor: unknown }).actor)
  })
  app.use('/api/v1', apiRouter(world.ctx, { ...authHandlers, ...keyHandlers } as never))
  app.use(problemHandler(world.ctx))
  const server: Server = app.listen(0, '127.0.0.1')
  await new Promise((resolve) => server.once('listening', resolve))
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const ask = async (path: string, { method, body, headers = {} }: Ask = {}): Promise<Asked> => {
    const response = await fetch(origin + path, {
      method: method ?? (body === undefined ? 'GET' : 'POST'),
      headers: {
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    })
    const text = await response.text()
    return {
      status: response.status,
      body: text ? JSON.parse(text) : undefined,
      cookies: response.headers.getSetCookie(),
      headers: response.headers,
    }
  }
  const close = () => {
    server.closeAllConnections()
    return new Promise<void>((resolve) => server.close(() => resolve()))
  }
  return { origin, ask, close }
}

/** A Cookie header from Set-Cookie lines, as a browser would send it back. */
export const cookieHeader = (lines: string[]): string =>
  lines
    .map((line) => line.split(';')[0]!)
    .filter((pair) => !pair.endsWith('='))
    .join('; ')

/** How a page of the product itself asks. */
export const fromOwnPage = { 'sec-fetch-site': 'same-origin' }
