import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { rows } from '../../../core/platform/db.ts'
import { findSession, rotate, startSession, type Tokens } from '../../../core/identity/sessions.ts'
import { addPerson, openIdentityWorld, type IdentityWorld } from '../../support/identity.ts'

const minute = 60_000
const day = 24 * 60 * minute
const device = { ip: '192.0.2.7', userAgent: 'Firefox' }
let world: IdentityWorld
let person: string

beforeAll(async () => {
  world = await openIdentityWorld()
  person = await addPerson(world)
})
afterAll(() => world.close())

const begin = () => startSession(world.ctx, person, device)
const next = async (token: string): Promise<Tokens> => {
  const tokens = await rotate(world.ctx, token)
  if (!tokens) throw new Error('the session has ended')
  return tokens
}
const isAlive = async (accessToken: string) =>
  (await findSession(world.ctx, accessToken, '')) !== null
const mails = () =>
  world.ctx.db.tx({ person }, () =>
    rows<{ subject: string; dedupe: string }>(
      `select subject, dedupe from mails where class = 'security'`,
    ),
  )
const mailsOf = async (sessionId: string) =>
  (await mails()).filter(({ dedupe }) => dedupe === `session-reuse:${sessionId}`)

describe('an access token', () => {
  it('names its person and session for fifteen minutes', async () => {
    const { accessToken, sessionId } = await begin()
    expect(await findSession(world.ctx, accessToken, '192.0.2.7')).toEqual({
      kind: 'person',
      personId: person,
      sessionId,
      ip: '192.0.2.7',
    })
    world.pass(15 * minute)
    expect(await isAlive(accessToken)).toBe(false)
  })
  it('is not found when it is unknown', async () => {
    expect(await isAlive('unknown')).toBe(false)
  })
  it('stands in the database as a hash, like the refresh token', async () => {
    const { accessToken, refreshToken, sessionId } = await begin()
    const stored = await world.ctx.db.tx({ person }, () =>
      rows('select s::text, r::text from sessions s join refresh_tokens r on r.session_id = s.id'),
    )
    const text = JSON.stringify(stored)
    expect(text).toContain(sessionId)
    expect(text).not.toContain(accessToken)
    expect(text).not.toContain(refreshToken)
  })
  it('of before a refresh works on for requests that were under way', async () => {
    const first = await begin()
    await next(first.refreshToken)
    expect(await isAlive(first.accessToken)).toBe(true)
    world.pass(61_000)
    expect(await isAlive(first.accessToken)).toBe(false)
  })
  it('that has run out is not brought back to life by a refresh', async () => {
    const first = await begin()
    world.pass(16 * minute)
    await next(first.refreshToken)
    expect(await isAlive(first.accessToken)).toBe(false)
  })
})

describe('a refresh token', () => {
  it('is exchanged for one successor by 64 requests at the same time', async () => {
    const { refreshToken, sessionId } = await begin()
    const all = await Promise.all(Array.from({ length: 64 }, () => next(refreshToken)))
    expect(new Set(all.map((tokens) => tokens.refreshToken)).size).toBe(1)
    expect(new Set(all.map((tokens) => tokens.accessToken)).size).toBe(1)
    const [count] = await world.ctx.db.tx({ person }, () =>
      rows<{ n: string }>('select count(*) as n from refresh_tokens where session_id = $1', [
        sessionId,
      ]),
    )
    expect(Number(count?.n)).toBe(2)
    expect(await isAlive(all[0]!.accessToken)).toBe(true)
  })
  it('answers a client that lost the reply, however late it asks again', async () => {
    const { refreshToken } = await begin()
    const lost = await next(refreshToken)
    world.pass(3 * day)
    const again = await next(refreshToken)
    expect(again.refreshToken).toBe(lost.refreshToken)
    expect((await next(again.refreshToken)).refreshToken).not.toBe(again.refreshToken)
  })
  it('forgives a slow tab that asks moments after another has used the new tokens', async () => {
    const { refreshToken } = await begin()
    const fast = await next(refreshToken)
    world.pass(1)
    expect(await isAlive(fast.accessToken)).toBe(true)
    world.pass(9_998)
    expect((await next(refreshToken)).refreshToken).toBe(fast.refreshToken)
  })
  it('ends its family, tells the person and keeps both, when it comes back after its successor was used', async () => {
    const { refreshToken, sessionId } = await begin()
    const second = await next(refreshToken)
    const third = await next(second.refreshToken)
    expect(await rotate(world.ctx, refreshToken)).toBeNull()
    expect(await isAlive(third.accessToken)).toBe(false)
    expect(await rotate(world.ctx, third.refreshToken)).toBeNull()
    expect(await mailsOf(sessionId)).toHaveLength(1)
  })
  it('ends its family when it comes back after the new access token was used', async () => {
    const { refreshToken, sessionId } = await begin()
    const second = await next(refreshToken)
    world.pass(1)
    expect(await isAlive(second.accessToken)).toBe(true)
    world.pass(10_000)
    expect(await rotate(world.ctx, refreshToken)).toBeNull()
    expect(await isAlive(second.accessToken)).toBe(false)
    expect(await mailsOf(sessionId)).toHaveLength(1)
  })
  it('says so once, however often a copy is tried', async () => {
    const { refreshToken, sessionId } = await begin()
    await next((await next(refreshToken)).refreshToken)
    await Promise.all(Array.from({ length: 8 }, () => rotate(world.ctx, refreshToken)))
    expect(await mailsOf(sessionId)).toHaveLength(1)
  })
  it('changes nothing when it is unknown', async () => {
    const before = (await mails()).length
    expect(await rotate(world.ctx, 'x'.repeat(43))).toBeNull()
    expect(await mails()).toHaveLength(before)
  })
  it('leaves the person’s other sessions alone', async () => {
    const other = await begin()
    const { refreshToken } = await begin()
    await next((await next(refreshToken)).refreshToken)
    expect(await rotate(world.ctx, refreshToken)).toBeNull()
    expect(await isAlive(other.accessToken)).toBe(true)
  })
  it('cannot be followed with another rotation key, and nobody is called a thief for that', async () => {
    const { refreshToken, sessionId } = await begin()
    await next(refreshToken)
    const elsewhere = { ...world.ctx, config: { ...world.ctx.config, rotationKey: 'A'.repeat(43) } }
    expect(await rotate(elsewhere, refreshToken)).toBeNull()
    expect(await mailsOf(sessionId)).toHaveLength(0)
  })
})

describe('a session', () => {
  it('ends after thirty days without use', async () => {
    const { refreshToken } = await begin()
    world.pass(30 * day)
    expect(await rotate(world.ctx, refreshToken)).toBeNull()
  })
  it('ends after ninety days however much it is used', async () => {
    let tokens = await begin()
    for (let weeks = 0; weeks < 12; weeks++) {
      world.pass(7 * day)
      tokens = await next(tokens.refreshToken)
    }
    world.pass(7 * day)
    expect(await rotate(world.ctx, tokens.refreshToken)).toBeNull()
  })
})

/**
 * Whoever copies a token and its owner are two holders of one chain. Whatever the order in which they act, no two chains live side by
 * side: at every moment at most one refresh token of the family is unused.
 */
it('never forks into two living chains, whatever two holders of a copied token do', async () => {
  const step = fc.record({
    who: fc.constantFrom<'owner' | 'thief'>('owner', 'thief'),
    pause: fc.constantFrom(0, 5_000, 20_000, 5 * minute),
    use: fc.boolean(),
  })
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 2, maxLength: 8 }), async (steps) => {
      const { refreshToken, sessionId } = await begin()
      const held = { owner: refreshToken, thief: refreshToken }
      for (const { who, pause, use } of steps) {
        world.pass(pause)
        const tokens = await rotate(world.ctx, held[who])
        if (tokens) held[who] = tokens.refreshToken
        if (tokens && use) await isAlive(tokens.accessToken)
        const [open] = await world.ctx.db.tx({ person }, () =>
          rows<{ n: string }>(
            'select count(*) as n from refresh_tokens where session_id = $1 and used_at is null',
            [sessionId],
          ),
        )
        expect(Number(open?.n)).toBe(1)
      }
    }),
    { numRuns: 40 },
  )
})
