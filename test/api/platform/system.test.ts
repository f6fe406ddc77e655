import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { noteAlive } from '../../../activities/publishing/sweeper.ts'
import { queueMail } from '../../../core/platform/mail.ts'
import { markDirty } from '../../../core/platform/outbox-flags.ts'
import { askAdmin } from '../../support/database.ts'
import { openHouse, type House } from '../../support/tenancy.ts'
import { createWorld, type World } from '../../support/world.ts'

let world: World
let house: House
beforeAll(async () => {
  world = await createWorld()
  house = await openHouse(world)
  const { personId } = house.tenant
  await askAdmin(world.config.databaseUrl, 'update persons set operator = true where id = $1', [
    personId,
  ])
})
afterAll(() => world[Symbol.asyncDispose]())

describe('the system page', () => {
  it('is for operators alone', async () => {
    await expect(house.editor('getSystem', {})).rejects.toMatchObject({ kind: 'forbidden' })
    await expect(house.editor('listMails', {})).rejects.toMatchObject({ kind: 'forbidden' })
  })
  it('shows database, Temporal, queues, schedules and workers that were seen lately', async () => {
    await noteAlive(world as never, 'worker:me:main', { identity: 'me', queue: 'main' })
    await noteAlive(world as never, 'sweeper', {})
    const system = await house.owner('getSystem', {})
    expect(system).toMatchObject({ database: { ok: true }, temporal: { ok: true } })
    expect(system.workers).toMatchObject([{ identity: 'me', queue: 'main' }])
    expect(system.queues.map((q) => q.name.replace(/^t-[0-9a-f]+-/, ''))).toContain('main')
    expect(Date.parse(system.sweeper.lastRunAt!)).toBeGreaterThan(Date.now() - 60_000)
    expect(system.version).toMatch(/^\d+\.\d+\.\d+$/)
  })
  it('counts what waits in the outbox and in the mail', async () => {
    const { workspaceId } = house.ws
    const { personId } = house.tenant
    await world.ctx.db.tx({ workspace: workspaceId, person: personId }, async () => {
      await markDirty('post', workspaceId, workspaceId)
      const letter = { personId, class: 'service' as const, subject: 'Hello', body: 'World' }
      await queueMail(letter, world.ctx.now())
    })
    const system = await house.owner('getSystem', {})
    expect(system.outbox.waiting).toBe(1)
    expect(system.mail).toMatchObject({ mode: 'kept', waiting: 1, failed: 0 })
    const { data } = await house.owner('listMails', {})
    expect(data).toMatchObject([
      { subject: 'Hello', to: `${personId}@example.org`, state: 'waiting' },
    ])
  })
})
