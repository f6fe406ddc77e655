import { once } from 'node:events'
import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { RequestHandler } from 'express'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { WireAnswer, WireRequest } from '#contract/client.ts'
import { createApp } from '../../api/app.ts'
import { startSession } from '../../core/identity/sessions.ts'
import { createLimits, usualLimits } from '../../core/platform/limits.ts'
import { createWorld, type World } from '../support/world.ts'

let world: World
let servers: Server[]
let cookie: string

/** A page that asks for whoever is signed in, as the pages of the web do. */
const page: RequestHandler = (req, res) => {
  const { call } = (
    req as unknown as { postaura: { call(wire: WireRequest): Promise<WireAnswer> } }
  ).postaura
  const wire = { name: 'getMe', method: 'get', path: '/me', headers: {} } as WireRequest
  void call(wire).then((answer) => res.json({ status: answer.status, wait: answer.retryAfter }))
}

beforeAll(async () => {
  world = await createWorld()
  const { personId } = await world.addTenant()
  const device = { ip: '127.0.0.1', userAgent: 'test' }
  cookie = (await startSession(world.ctx, personId, device)).accessToken
  const few = {
    ...usualLimits,
    'api.known': { most: 20, windowMs: 60_000 },
    'api.unknown': { most: 4, windowMs: 60_000 },
  }
  servers = [1, 2].map(() => {
    const limits = createLimits({ db: world.ctx.db, key: world.config.rotationKey }, few)
    return createApp({ ...world.ctx, limits }, page).listen(0, '127.0.0.1')
  })
  await Promise.all(servers.map((server) => once(server, 'listening')))
})
afterAll(async () => {
  for (const server of servers) {
    server.closeAllConnections()
    server.close()
  }
  await world[Symbol.asyncDispose]()
})

const get = (process: number, path: string, token?: string) => {
  const { port } = servers[process]!.address() as AddressInfo
  return fetch(`http://127.0.0.1:${port}${path}`, {
    headers: token ? { authorization: `Bearer ${token}` } : {},
  })
}

describe('requests of one person', () => {
  it('are counted over pages, API and processes together, and refused with the time to wait', async () => {
    let answered = 0
    for (let i = 0; i < 12; i += 1) {
      const api = await get(i % 2, '/api/v1/me', cookie)
      if (api.status === 200) answered += 1
      const shown = (await (await get(i % 2, '/somewhere', cookie)).json()) as { status: number }
      if (shown.status === 200) answered += 1
    }
    expect(answered).toBe(20)
    const refused = await get(0, '/api/v1/me', cookie)
    expect(refused.status).toBe(429)
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(50)
    expect(refused.headers.get('ratelimit-policy')).toBe('"api";q=20;w=60')
    expect(refused.headers.get('ratelimit')).toMatch(/^"api";r=0;t=\d+$/)
    expect(await refused.json()).toMatchObject({ code: 'too_many' })
    const page = (await (await get(1, '/somewhere', cookie)).json()) as object
    expect(page).toMatchObject({ status: 429, wait: expect.any(Number) })
  })
  it('without a session are counted by address', async () => {
    const statuses = []
    for (let i = 0; i < 6; i += 1) statuses.push((await get(i % 2, '/api/v1/me')).status)
    expect(statuses).toEqual([401, 401, 401, 401, 429, 429])
  })
})
