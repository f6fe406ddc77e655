import { afterEach, describe, expect, it } from 'vitest'
import type { Config } from '../../../core/platform/config.ts'
import { openIdentityWorld, type IdentityWorld } from '../../support/identity.ts'
import { cookieHeader, serveIdentity } from '../../support/identity-server.ts'

const outside = {
  host: '0.0.0.0',
  publicUrl: 'https://social.example.com',
  setupToken: 'printed-at-start',
}
let close: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const end of close.reverse()) await end()
  close = []
})

async function open(config: Partial<Config>) {
  const world: IdentityWorld = await openIdentityWorld(config)
  const server = await serveIdentity(world)
  close.push(world.close, server.close)
  let count = 0
  const register = (over: Record<string, unknown> = {}) =>
    server.ask('/api/v1/register', {
      body: {
        name: 'Ada',
        email: `ada${++count}@example.org`,
        password: 'long and winding road',
        sixteenOrOlder: true,
        ...over,
      },
    })
  return { world, server, register }
}
const isOperator = (answer: { body: any }) => answer.body.me.person.operator

describe('an instance that others can reach', () => {
  it('takes its first person only with the link printed at start, once', async () => {
    const { register } = await open(outside)
    for (const setupToken of [undefined, '', 'guessed'])
      expect((await register({ setupToken })).status).toBe(403)
    const first = await register({ setupToken: 'printed-at-start' })
    expect(first.status).toBe(201)
    expect(isOperator(first)).toBe(true)
    expect((await register({ setupToken: 'printed-at-start' })).status).toBe(403)
  })
  it('never takes an empty link for the right one', async () => {
    const { register } = await open({ ...outside, setupToken: '' })
    expect((await register({ setupToken: '' })).status).toBe(403)
  })
  it('takes others when registration is open, without operator’s rights', async () => {
    const { register } = await open({ ...outside, openRegistration: true })
    expect((await register()).status).toBe(403)
    await register({ setupToken: 'printed-at-start' })
    const second = await register()
    expect([second.status, isOperator(second)]).toEqual([201, false])
  })
  it.each([
    ['behind a proxy', { trustProxy: 'loopback' }],
    ['under a public name', { publicUrl: 'https://social.example.com' }],
    ['on every address of the machine', { host: '::' }],
  ])('is one that runs %s', async (_how, config) => {
    const { register } = await open(config)
    expect((await register()).status).toBe(403)
  })
  it('makes one operator when two register first at the same moment', async () => {
    const { register } = await open(outside)
    const both = await Promise.all([1, 2].map(() => register({ setupToken: 'printed-at-start' })))
    expect(both.map(({ status }) => status).sort()).toEqual([201, 403])
  })
  it('uses cookies that no other host can set, over https alone', async () => {
    const { register, server } = await open(outside)
    const { cookies } = await register({ setupToken: 'printed-at-start' })
    expect(cookies).toHaveLength(2)
    for (const line of cookies)
      expect(line).toMatch(
        /^__Host-postaura_\w+=[\w-]+; Max-Age=\d+; Path=\/; HttpOnly; SameSite=Lax; Secure$/,
      )
    const me = await server.ask('/api/v1/me', { headers: { cookie: cookieHeader(cookies) } })
    expect(me.status).toBe(200)
    const plain = cookieHeader(cookies).replaceAll('__Host-', '')
    expect((await server.ask('/api/v1/me', { headers: { cookie: plain } })).status).toBe(401)
  })
  it('stops listening to an address that tries too often, and not to the others', async () => {
    const { server } = await open(outside)
    const attempt = (ip: string, i: number) =>
      server.ask('/api/v1/sign-in', {
        body: { email: `guess${i}@example.org`, password: 'x' },
        headers: { 'x-forwarded-for': ip },
      })
    const statuses = []
    for (let i = 0; i < 31; i++) statuses.push((await attempt('203.0.113.9', i)).status)
    expect(statuses.slice(0, 30).every((status) => status === 401)).toBe(true)
    expect(statuses[30]).toBe(429)
    expect((await attempt('203.0.113.10', 99)).status).toBe(401)
  })
})
