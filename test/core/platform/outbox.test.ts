/** The outbox when one of its subjects breaks: that one waits, all others go on. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { rows } from '../../../core/platform/db.ts'
import { dispatchDue } from '../../../core/platform/outbox.ts'
import { markDirty } from '../../../core/platform/outbox-flags.ts'
import { uuidv7 } from '../../../core/platform/uuid.ts'
import { createWorld, type Tenant, type World } from '../../support/world.ts'

let world: World
let tenant: Tenant
beforeAll(async () => {
  world = await createWorld()
  tenant = await world.addTenant()
})
afterAll(() => world?.[Symbol.asyncDispose]())

const within = <T>(fn: () => Promise<T>) => world.ctx.db.tx({ workspace: tenant.workspaceId }, fn)

describe('a subject whose look ends in an error of the database', () => {
  it('is put off, and ends nothing else', async () => {
    const broken = 'no id at all'
    await within(async () => {
      await markDirty('delivery', broken, tenant.workspaceId)
      for (let i = 0; i < 5; i += 1) await markDirty('delivery', uuidv7(), tenant.workspaceId)
    })
    expect(await dispatchDue(world.ctx)).toBe(6)
    const left = () =>
      within(() =>
        rows<{ subject: string; tries: number; waits: boolean }>(
          'select subject, tries, next_at > now() as waits from outbox',
        ),
      )
    expect(await left()).toEqual([{ subject: broken, tries: 1, waits: true }])
    expect(await dispatchDue(world.ctx)).toBe(0)
    expect(await left()).toEqual([{ subject: broken, tries: 1, waits: true }])
  })
})
