import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createHttp } from '../../../core/platform/http/http.ts'
import { openHouse, type House } from '../../support/tenancy.ts'
import { createWorld, type World } from '../../support/world.ts'

/** Answers like no network at all, and to some asks us to wait. */
let server: Server
let origin: string
let answer = { status: 404, headers: {} }
/** Nobody listens there. */
const closed = 'http://127.0.0.1:1'
let world: World
let house: House

beforeAll(async () => {
  server = createServer((_req, res) => res.writeHead(answer.status, answer.headers).end())
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening))
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const http = createHttp({ allowPrivateOrigins: [origin, closed], timeoutMs: 2000 })
  world = await createWorld({ overrides: { http } })
  house = await openHouse(world)
})
afterAll(async () => {
  await world[Symbol.asyncDispose]()
  server.closeAllConnections()
  server.close()
})

describe('what is typed to connect a Mastodon account', () => {
  const connect = (server: string) => {
    const body = { network: 'mastodon' as const, method: 'oauth', input: { server } }
    return house.owner('connectChannel', { params: house.ws, body })
  }
  it.each(['not a server!!', '', 'https://', '@you@', 'https://me:secret@x.example'])(
    'says at the field that %s is no server',
    async (typed) => {
      const detail =
        'This is not the name of a server. Type it like mastodon.example or @you@mastodon.example.'
      await expect(connect(typed)).rejects.toMatchObject({
        kind: 'invalid',
        detail,
        errors: [{ pointer: '/input/server', detail }],
      })
    },
  )
  it('says at the field when the server is another kind of server', async () => {
    const detail = `${new URL(origin).host} does not answer like a Mastodon server. Check the name.`
    await expect(connect(origin)).rejects.toMatchObject({
      kind: 'invalid',
      errors: [{ pointer: '/input/server', detail }],
    })
  })
  it('says at the field what to check when there is no such server, and promises nothing', async () => {
    const detail =
      '127.0.0.1:1 could not be reached. Check the name; if it is right, try again later.'
    await expect(connect(closed)).rejects.toMatchObject({
      kind: 'unreachable',
      errors: [{ pointer: '/input/server', detail }],
    })
  })
  it('says that it does not go to private addresses', async () => {
    await expect(connect('https://127.0.0.1:2')).rejects.toMatchObject({
      kind: 'unreachable',
      detail: expect.stringContaining('no address on the open internet'),
    })
  })
  it('hands on how long the server asks to wait', async () => {
    answer = { status: 429, headers: { 'retry-after': '17' } }
    await expect(connect(origin)).rejects.toMatchObject({
      kind: 'too_many',
      retryAfter: 17,
      detail: expect.stringContaining('asks us to wait.'),
    })
    answer = { status: 404, headers: {} }
  })
})

describe('what is typed to connect a Bluesky account', () => {
  it('says at the field what is wrong with a handle or a server', async () => {
    for (const [typed, pointer] of [
      [{ handle: 'ada' }, '/input/handle'],
      [{ server: 'not a server' }, '/input/server'],
    ] as const) {
      const input = { handle: 'ada.test', password: 'x', server: origin, ...typed }
      const body = { network: 'bluesky' as const, method: 'app_password', input }
      const asked = house.owner('connectChannel', { params: house.ws, body })
      await expect(asked).rejects.toMatchObject({ kind: 'invalid', errors: [{ pointer }] })
    }
  })
})
