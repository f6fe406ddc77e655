import { afterAll, beforeAll, expect, it } from 'vitest'
import { pruneSessions } from '../../../core/identity/sessions.ts'
import { rows, run } from '../../../core/platform/db.ts'
import { prunePlatform } from '../../../core/platform/prune.ts'
import { createWorld, type Tenant, type World } from '../../support/world.ts'

let world: World
let tenant: Tenant
beforeAll(async () => {
  world = await createWorld()
  tenant = await world.addTenant()
})
afterAll(() => world[Symbol.asyncDispose]())

const within = <T>(fn: () => Promise<T>) =>
  world.ctx.db.tx({ workspace: tenant.workspaceId, person: tenant.personId }, fn)
const later = (hours: number) => ({
  db: world.ctx.db,
  now: () => new Date(Date.now() + hours * 3_600_000),
})
const events = async () => (await within(() => rows('select id from events'))).length

it('keeps events for a day and then deletes them', async () => {
  await world.addPost(tenant)
  const before = await events()
  expect(before).toBeGreaterThan(0)
  await prunePlatform(later(23))
  expect(await events()).toBe(before)
  expect(await prunePlatform(later(25))).toBeGreaterThanOrEqual(before)
  expect(await events()).toBe(0)
})

it('deletes sessions that are over, and no others', async () => {
  const session = (id: string, ends: string) =>
    within(() =>
      run(
        `insert into sessions (id, person_id, access_hash, access_expires_at, started_at, last_seen_at, expires_at)
         values ($1, $2, uuid_send($1), now(), now(), now(), now() + $3::interval)`,
        [id, tenant.personId, ends],
      ),
    )
  const [short, long] = [
    '01a20ed0-0000-7000-8000-000000000001',
    '01a20ed0-0000-7000-8000-000000000002',
  ]
  await session(short, '1 hour')
  await session(long, '30 days')
  await pruneSessions(later(2))
  expect(await within(() => rows('select id from sessions'))).toEqual([{ id: long }])
})
