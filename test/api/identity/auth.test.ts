import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { Credential } from '../../../core/identity/models/credential.ts'
import { rows } from '../../../core/platform/db.ts'
import { openIdentityWorld, type IdentityWorld } from '../../support/identity.ts'
import { cookieHeader, fromOwnPage, serveIdentity } from '../../support/identity-server.ts'

let world: IdentityWorld
let server: Awaited<ReturnType<typeof serveIdentity>>
const ask: (typeof server)['ask'] = (path, options) => server.ask(path, options)

beforeAll(async () => {
  world = await openIdentityWorld()
  server = await serveIdentity(world)
})
afterAll(async () => {
  await server.close()
  await world.close()
})

let count = 0
const newcomer = (over: Record<string, unknown> = {}) => ({
  name: 'Grace',
  email: `grace${++count}@example.org`,
  password: 'long and winding road',
  sixteenOrOlder: true,
  workspaceName: 'Müller & Söhne',
  timeZone: 'Europe/Berlin',
  ...over,
})
const bearer = (token: string) => ({ authorization: `Bearer ${token}` })
async function registered(over: Record<string, unknown> = {}) {
  const person = newcomer({ asTokens: true, ...over })
  const { body } = await ask('/api/v1/register', { body: person })
  return { ...person, id: body.me.person.id as string, ...body.tokens, me: body.me }
}
const signIn = (email: string, password: string, headers = {}) =>
  ask('/api/v1/sign-in', { body: { email, password }, headers })
const quiet = (answer: { status: number; body: any }) => {
  const { instance: _, ...body } = answer.body
  return { status: answer.status, body }
}

describe('registering', () => {
  it('makes a person, a workspace with slots that they own, and its page, switched off', async () => {
    const answer = await ask('/api/v1/register', { body: newcomer() })
    expect(answer.status).toBe(201)
    expect(answer.body.tokens).toBeNull()
    const { person, workspaces, via } = answer.body.me
    expect({ operator: person.operator, via }).toEqual({ operator: true, via: 'session' })
    expect(workspaces).toMatchObject([{ name: 'Müller & Söhne', role: 'owner' }])
    const [made] = await world.ctx.db.tx({ workspace: workspaces[0].id }, () =>
      rows<{
        slug: string
        slots: unknown[]
        zone: string
        network: string
        state: string
        url: string
      }>(
        `select w.page_slug as slug, w.slots, w.time_zone as zone, c.network, c.state, c.url
         from workspaces w join channels c on c.workspace_id = w.id`,
      ),
    )
    expect(made).toMatchObject({
      slug: 'mueller-soehne',
      zone: 'Europe/Berlin',
      network: 'page',
      state: 'off',
      url: `${world.ctx.config.publicUrl}/p/mueller-soehne`,
    })
    expect(made?.slots).toHaveLength(15)
  })
  it('gives the next workspace of the same name its own address, and its person no operator’s rights', async () => {
    const people = await Promise.all([registered(), registered(), registered()])
    const slugs = await Promise.all(
      people.map(({ me }) =>
        world.ctx.db.tx({ workspace: me.workspaces[0].id }, () =>
          rows<{ page_slug: string }>('select page_slug from workspaces'),
        ),
      ),
    )
    expect(new Set(slugs.map(([w]) => w?.page_slug)).size).toBe(3)
    expect(people.map(({ me }) => me.person.operator)).toEqual([false, false, false])
  })
  it('sets cookies that scripts cannot read and other sites do not send', async () => {
    const { cookies } = await ask('/api/v1/register', { body: newcomer() })
    expect(cookies).toHaveLength(2)
    for (const line of cookies) expect(line).toMatch(/; Path=\/; HttpOnly; SameSite=Lax$/)
    expect(cookies.map((line) => /Max-Age=(\d+)/.exec(line)?.[1])).toEqual(['900', '2592000'])
    const me = await ask('/api/v1/me', { headers: { cookie: cookieHeader(cookies) } })
    expect(me.body.via).toBe('session')
  })
  it('refuses an address that has an account, in whatever case', async () => {
    const { email } = await registered()
    const again = await ask('/api/v1/register', { body: newcomer({ email: email.toUpperCase() }) })
    expect(again).toMatchObject({ status: 422, body: { errors: [{ pointer: '/email' }] } })
  })
  it.each([
    ['password1234', 'a common password with digits'],
    ['PASSWORD 1234', 'the same in capitals'],
    ['1qaz2wsx3edc', 'a walk over the keyboard'],
    ['abababababab', 'one piece over and over'],
    ['Grace Hopper', 'the person’s own name'],
    ['gracehopper@example.org', 'the person’s own address'],
    ['short', 'less than ten characters'],
  ])('refuses %s: %s', async (password) => {
    const body = newcomer({ name: 'Grace Hopper', email: 'gracehopper@example.org', password })
    const answer = await ask('/api/v1/register', { body })
    expect(answer).toMatchObject({ status: 422, body: { errors: [{ pointer: '/password' }] } })
  })
  it('is for people of sixteen and older', async () => {
    const answer = await ask('/api/v1/register', { body: newcomer({ sixteenOrOlder: false }) })
    expect(answer.body.errors[0].detail).toContain('16')
  })
  it('keeps no password, only its Argon2id hash', async () => {
    const { id } = await registered()
    const row = await world.ctx.db.tx({ person: id }, () => Credential.findByPk(id))
    expect(row?.passwordHash).toMatch(/^\$argon2id\$v=19\$m=19456,/)
  })
})

describe('signing in', () => {
  it('answers an unknown address and a wrong password alike', async () => {
    const { email } = await registered()
    const [wrong, unknown] = [
      await signIn(email, 'not this one'),
      await signIn('nobody@example.org', 'not this one'),
    ]
    expect(quiet(wrong)).toEqual(quiet(unknown))
    expect(wrong).toMatchObject({ status: 401, body: { code: 'wrong_credentials' } })
  })
  it('delays an account more and more after wrong passwords, whether it exists or not', async () => {
    const { email, password, id } = await registered()
    const tries = async (address: string) => {
      const answers = []
      for (let i = 0; i < 6; i++) answers.push(quiet(await signIn(address, 'wrong')))
      return answers
    }
    const known = await tries(email)
    expect(known.map(({ status }) => status)).toEqual([401, 401, 401, 401, 401, 429])
    expect(await tries('ghost@example.org')).toEqual(known)
    const [row] = await world.ctx.db.tx({ person: id }, () =>
      rows('select failed_logins from persons where id = $1', [id]),
    )
    expect(row).toEqual({ failed_logins: 5 })
    expect((await signIn(email, password)).status).toBe(429)
    world.pass(1_001)
    expect((await signIn(email, password)).status).toBe(200)
    expect((await signIn(email, 'wrong')).status).toBe(401)
  })
  it('makes an outdated hash a current one', async () => {
    const { email, password, id } = await registered()
    const argon2 = await import('argon2')
    const old = await argon2.hash(password, { memoryCost: 4096, timeCost: 2, parallelism: 1 })
    const mine = { where: { personId: id } }
    const own = <T>(fn: () => Promise<T>) => world.ctx.db.tx({ person: id }, fn)
    await own(() => Credential.update({ passwordHash: old }, mine))
    expect((await signIn(email, password)).status).toBe(200)
    const kept = await own(() => Credential.findOne(mine))
    expect(kept?.passwordHash).toContain('m=19456,')
    expect((await signIn(email, password)).status).toBe(200)
  })
  it('takes a password in any Unicode form of it', async () => {
    const { email } = await registered({ password: 'Crème brûlée für alle' })
    const decomposed = 'Crème brûlée für alle'.normalize('NFD')
    expect((await signIn(email, decomposed)).status).toBe(200)
  })
})

describe('a session', () => {
  it('is refreshed by its token, and signs out at once', async () => {
    const { accessToken, refreshToken } = await registered()
    const renewed = await ask('/api/v1/refresh', { body: { refreshToken } })
    expect(renewed.status).toBe(200)
    const headers = bearer(renewed.body.accessToken)
    expect((await ask('/api/v1/me', { headers })).status).toBe(200)
    const out = await ask('/api/v1/sign-out', { method: 'POST', headers })
    expect(out.status).toBe(204)
    for (const line of out.cookies) expect(line).toContain('Max-Age=0')
    for (const token of [accessToken, renewed.body.accessToken])
      expect((await ask('/api/v1/me', { headers: bearer(token) })).status).toBe(401)
    const again = await ask('/api/v1/refresh', {
      body: { refreshToken: renewed.body.refreshToken },
    })
    expect(again.body.code).toBe('unauthenticated')
  })
  it('is listed with its device, and can be ended from another', async () => {
    const { accessToken, email, password } = await registered()
    const phone = await ask('/api/v1/sign-in', {
      body: { email, password, asTokens: true },
      headers: {
        'user-agent': 'Mozilla/5.0 (Linux; Android 16) Chrome/140.0 Mobile Safari/537.36',
      },
    })
    const headers = bearer(accessToken)
    const { data } = (await ask('/api/v1/me/sessions', { headers })).body
    const other = data.find((session: { current: boolean }) => !session.current)
    expect(other.device).toBe('Chrome on Android')
    const path = `/api/v1/me/sessions/${other.id}`
    expect((await ask(path, { method: 'DELETE', headers })).status).toBe(204)
    const phoneMe = await ask('/api/v1/me', { headers: bearer(phone.body.tokens.accessToken) })
    expect(phoneMe.status).toBe(401)
    expect((await ask(path, { method: 'DELETE', headers })).status).toBe(404)
  })
  it('of somebody else cannot be ended', async () => {
    const [mine, theirs] = [await registered(), await registered()]
    const { data } = (await ask('/api/v1/me/sessions', { headers: bearer(theirs.accessToken) }))
      .body
    const path = `/api/v1/me/sessions/${data[0].id}`
    expect((await ask(path, { method: 'DELETE', headers: bearer(mine.accessToken) })).status).toBe(
      404,
    )
    expect((await ask('/api/v1/me', { headers: bearer(theirs.accessToken) })).status).toBe(200)
  })
  it('stays when the password changes, and all others end with a mail', async () => {
    const { accessToken, email, password, id } = await registered()
    const other = (await ask('/api/v1/sign-in', { body: { email, password, asTokens: true } })).body
    const headers = bearer(accessToken)
    const change = (current: string, next: string) =>
      ask('/api/v1/me/password', { body: { current, next }, headers })
    expect((await change('wrong', 'another long one')).body.code).toBe('wrong_credentials')
    expect((await change(password, 'password1234')).body.errors[0].pointer).toBe('/next')
    expect((await change(password, 'another long one')).status).toBe(204)
    expect((await ask('/api/v1/me', { headers })).status).toBe(200)
    const elsewhere = await ask('/api/v1/me', { headers: bearer(other.tokens.accessToken) })
    expect(elsewhere.status).toBe(401)
    expect((await signIn(email, 'another long one')).status).toBe(200)
    const mails = await world.ctx.db.tx({ person: id }, () => rows('select subject from mails'))
    expect(mails).toEqual([{ subject: 'Your password was changed' }])
  })
})

describe('a browser', () => {
  const browser = async () => {
    const { cookies } = await ask('/api/v1/register', { body: newcomer() })
    return { cookie: cookieHeader(cookies) }
  }
  it('whose access cookie has run out gets the next ones with a page, beside the page’s own', async () => {
    const { cookie } = await browser()
    world.pass(16 * 60_000)
    const onlyRefresh = cookie.split('; ')[1]!
    const [a, b] = await Promise.all([
      ask('/page', { headers: { cookie: onlyRefresh } }),
      ask('/page', { headers: { cookie } }),
    ])
    for (const answer of [a, b]) {
      expect(answer.body.kind).toBe('person')
      expect(answer.cookies).toHaveLength(3)
      expect(answer.cookies).toContain('theme=dark')
    }
    expect(cookieHeader(a.cookies)).toBe(cookieHeader(b.cookies))
    const next = await ask('/page', { headers: { cookie: cookieHeader(a.cookies) } })
    expect(next.body.kind).toBe('person')
    expect(next.cookies).toEqual(['theme=dark'])
  })
  it('with a token that means nothing is signed out', async () => {
    const answer = await ask('/page', { headers: { cookie: 'postaura_refresh=nothing' } })
    expect(answer.body.kind).toBe('anonymous')
    expect(answer.cookies.filter((line) => line.includes('Max-Age=0'))).toHaveLength(2)
  })
  const rename = (headers: Record<string, string>) =>
    ask('/api/v1/me', { method: 'PATCH', body: { name: 'Eve' }, headers })
  it.each([
    ['the product’s own page', fromOwnPage, 200],
    ['the address bar', { 'sec-fetch-site': 'none' }, 200],
    ['another site', { 'sec-fetch-site': 'cross-site' }, 403],
    ['a neighbour under the same domain', { 'sec-fetch-site': 'same-site' }, 403],
    ['the own origin, in an old browser', { origin: 'http://localhost:3000' }, 200],
    ['another origin, in an old browser', { origin: 'https://evil.example' }, 403],
    ['an origin that hides itself', { origin: 'null' }, 403],
    ['nobody says where', {}, 403],
    [
      'another site that also claims our origin',
      { 'sec-fetch-site': 'cross-site', origin: 'http://localhost:3000' },
      403,
    ],
  ])('sent by %s', async (_from, headers, status) => {
    const { cookie } = await browser()
    expect((await rename({ cookie, ...headers } as Record<string, string>)).status).toBe(status)
  })
  it('is not signed in by another site either', async () => {
    const { email, password } = await registered()
    const answer = await signIn(email, password, { 'sec-fetch-site': 'cross-site' })
    expect(answer).toMatchObject({ status: 403, cookies: [] })
  })
  it('may read from anywhere a link leads from', async () => {
    const { cookie } = await browser()
    const headers = { cookie, 'sec-fetch-site': 'cross-site' }
    expect((await ask('/api/v1/me', { headers })).status).toBe(200)
  })
})
