import { setTimeout as sleep } from 'node:timers/promises'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Database } from '../../../core/platform/db.ts'
import { createLimits, usualLimits } from '../../../core/platform/limits.ts'
import { uuidv7 } from '../../../core/platform/uuid.ts'
import { askAdmin } from '../../support/database.ts'
import { createWorld, type World } from '../../support/world.ts'

let world: World
beforeAll(async () => {
  world = await createWorld()
})
afterAll(() => world[Symbol.asyncDispose]())

/** Several processes on one Postgres, as far as limits are concerned, and how often they asked it. */
function processes(count: number, most: number, windowMs = 60_000) {
  const asked = { times: 0 }
  const db: Database = {
    ...world.ctx.db,
    tx: (scope, fn) => ((asked.times += 1), world.ctx.db.tx(scope, fn)),
  }
  const limits = { ...usualLimits, 'api.known': { most, windowMs } }
  const needs = { db, key: world.config.rotationKey }
  const all = Array.from({ length: count }, () => createLimits(needs, limits))
  const subject = uuidv7()
  const take = async (process: number, n = 1) =>
    (await all[process]!.take('api.known', subject, n)).allowed ? n : 0
  return { all, take, asked, subject }
}
const sum = (numbers: number[]) => numbers.reduce((a, b) => a + b, 0)

describe('a limit', () => {
  it('is never passed, however many processes take of it and how much at a time', async () => {
    const takes = fc.array(fc.tuple(fc.nat(3), fc.integer({ min: 1, max: 9 })), { maxLength: 60 })
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: 60 }), takes, async (most, asks) => {
        const { take } = processes(4, most)
        const first = await Promise.all(asks.map(([process, n]) => take(process, n)))
        const then = []
        for (const [process, n] of asks) then.push(await take(process, n))
        expect(sum([...first, ...then])).toBeLessThanOrEqual(most)
      }),
      { numRuns: 25 },
    )
  })
  it('matters: processes that count for themselves pass it together', async () => {
    const { take } = processes(1, 10)
    const alone = processes(1, 10)
    const both = Array.from({ length: 10 }, () => [take(0), alone.take(0)]).flat()
    expect(sum(await Promise.all(both))).toBe(20)
  })
  it('is used to the last by one process, with far fewer writes than requests', async () => {
    const { take, asked } = processes(1, 1200)
    let allowed = 0
    for (let i = 0; i < 1300; i += 1) allowed += await take(0)
    expect(allowed).toBe(1200)
    expect(asked.times).toBeLessThan(80)
  })
  it('is used almost to the last by four, and what was refused asks the database no more', async () => {
    const { take, asked } = processes(4, 1200)
    let allowed = 0
    for (let i = 0; i < 1600; i += 1) allowed += await take(i % 4)
    expect(allowed).toBeGreaterThan(1180)
    expect(allowed).toBeLessThanOrEqual(1200)
    const before = asked.times
    for (let i = 0; i < 100; i += 1) expect(await take(i % 4)).toBe(0)
    expect(asked.times).toBe(before)
  })
  it('takes nothing of a request that is larger than what is left', async () => {
    const { take } = processes(2, 10)
    expect(await take(0, 11)).toBe(0)
    expect(await take(0, 7)).toBe(7)
    expect(await take(1, 4)).toBe(0)
    expect(await take(1, 3)).toBe(3)
  })
  it('begins anew when its window is over, and what was leased before is worth nothing then', async () => {
    const { take, all, subject } = processes(3, 30, 400)
    expect(await take(0)).toBe(1)
    const { waitMs } = await all[1]!.take('api.known', subject)
    expect(waitMs).toBeGreaterThan(0)
    expect(waitMs).toBeLessThanOrEqual(400)
    await sleep(waitMs + 20)
    const again = Array.from({ length: 60 }, (_, i) => take(i % 3))
    const allowed = sum(await Promise.all(again))
    expect(allowed).toBeLessThanOrEqual(30)
    expect(allowed).toBeGreaterThan(20)
  })
  it('keeps nobody’s address', async () => {
    await world.ctx.limits.take('api.unknown', '192.0.2.77')
    const kept = await askAdmin<{ row: string }>(
      world.config.databaseUrl,
      `select a::text || convert_from(decode(replace(encode(subject, 'hex'), '00', ''), 'hex'), 'LATIN1') as row from allowances a`,
    )
    expect(kept.length).toBeGreaterThan(0)
    expect(JSON.stringify(kept)).not.toContain('192.0.2.77')
  })
})
