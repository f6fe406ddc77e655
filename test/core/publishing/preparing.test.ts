/** Who prepares a delivery, and what becomes of what was acknowledged. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { schedule } from '../../../core/publishing/ledger.ts'
import type { Delivery } from '../../../core/publishing/models/delivery.ts'
import {
  claimMs,
  claimPreparation,
  isPreparing,
  Overtaken,
  preparedFor,
  stepFor,
  type Held,
  type Preparation,
  type Wanted,
} from '../../../core/publishing/preparing.ts'
import { Post } from '../../../core/posts/models/post.ts'
import { bring } from '../../support/deliveries.ts'
import { createWorld, type Tenant, type World } from '../../support/world.ts'

const minute = 60_000
const start = new Date('2026-11-28T09:00:00Z')
const later = (ms: number) => new Date(start.getTime() + ms)
const wanted: Wanted = { contentVersion: 3, generation: 1, attempt: 0, uploadsKept: 60 * minute }
const kept: Preparation = {
  contentVersion: 3,
  generation: 1,
  attempt: 0,
  begun: start.toISOString(),
  state: { first: 'id-1' },
  claim: 'theirs',
  until: later(claimMs).toISOString(),
}
const step = (before: Preparation | null, want = wanted, now = later(1_000)) =>
  stepFor(before, want, { claim: 'mine', now })

describe('whoever wants a preparation', () => {
  it('begins with nothing where nothing is', () => {
    expect(step(null)).toMatchObject({ do: 'go', from: { state: null, claim: 'mine' } })
  })
  it('waits for the one who is at it, and goes on where they were when they are gone', () => {
    expect(step(kept)).toEqual({ do: 'wait' })
    const from = { state: kept.state, begun: kept.begun, claim: 'mine' }
    expect(step(kept, wanted, later(claimMs))).toMatchObject({ do: 'go', from })
  })
  it('uses what is there', () => {
    expect(step({ ...kept, value: null })).toEqual({ do: 'use', value: null })
    expect(preparedFor({ ...kept, value: ['id-1'] }, wanted, start)).toEqual(['id-1'])
  })
  it.each([
    ['words', { contentVersion: 4 }],
    ['time', { generation: 2 }],
  ])('waits for nobody when the %s changed, and hands the uploads on', (_, change) => {
    const from = { ...change, state: kept.state }
    expect(step(kept, { ...wanted, ...change })).toMatchObject({ do: 'go', from })
  })
  it('uses no upload that the network may have forgotten', () => {
    const done = { ...kept, value: ['id-1'] }
    expect(preparedFor(done, wanted, later(29 * minute))).toEqual(['id-1'])
    expect(preparedFor(done, wanted, later(30 * minute))).toBeUndefined()
    const anew = { state: null, begun: later(30 * minute).toISOString() }
    expect(step(done, wanted, later(30 * minute))).toMatchObject({ do: 'go', from: anew })
  })
  it('uses no upload of an attempt that may have gone out', () => {
    const again = { ...wanted, contentVersion: 4, attempt: 1 }
    expect(step(kept, again)).toMatchObject({ do: 'go', from: { state: null } })
  })
})

describe('a preparation beside its delivery', () => {
  let world: World
  let tenant: Tenant
  let now = start
  beforeAll(async () => {
    world = await createWorld({ overrides: { now: () => now } })
    tenant = await world.addTenant()
  })
  afterAll(() => world?.[Symbol.asyncDispose]())

  const within = <T>(fn: () => Promise<T>) => world.ctx.db.tx({ workspace: tenant.workspaceId }, fn)
  async function scheduled(): Promise<Delivery> {
    now = start
    const post = await world.addPost(tenant, { publishAt: later(60 * minute) })
    return within(async () => (await schedule(world.ctx, post, { by: null }))[0]!)
  }
  const first = { ...wanted, contentVersion: 1 }
  const claim = ({ id }: Delivery, want = first) =>
    claimPreparation(world.ctx, { workspaceId: tenant.workspaceId, deliveryId: id }, want)
  async function held(delivery: Delivery): Promise<Held> {
    const got = await claim(delivery)
    return got.do === 'go' ? got.held : expect.fail(`it said ${got.do}`)
  }
  const reread = async ({ postId }: Delivery) => (await world.deliveries(tenant, postId))[0]!

  it('is claimed by one of several at a time', async () => {
    const delivery = await scheduled()
    const tries = await Promise.allSettled(Array.from({ length: 6 }, () => claim(delivery)))
    const got = tries.filter((t) => t.status === 'fulfilled' && t.value.do === 'go')
    expect(got).toHaveLength(1)
    expect(isPreparing((await reread(delivery)).prepared, now)).toBe(true)
  })

  it('passes on when its process is gone, which hears of it when it wakes', async () => {
    const delivery = await scheduled()
    const gone = await held(delivery)
    await gone.keep({ first: 'id-1' })
    now = later(claimMs)
    const next = await held(delivery)
    expect(next.state).toEqual({ first: 'id-1' })
    await next.keep({ first: 'id-1', second: 'id-2' })
    for (const write of [gone.keep({}), gone.renew(), gone.finish([])])
      await expect(write).rejects.toBeInstanceOf(Overtaken)
    expect((await reread(delivery)).prepared?.state).toEqual({ first: 'id-1', second: 'id-2' })
  })

  it('stays with whoever renews it, without taking back what was kept meanwhile', async () => {
    const delivery = await scheduled()
    const mine = await held(delivery)
    await Promise.all([mine.renew(), mine.keep({ part: 1 }), mine.renew(), mine.keep({ part: 2 })])
    now = later(claimMs - 1)
    await mine.renew()
    now = later(claimMs + 1)
    expect(await claim(delivery)).toEqual({ do: 'wait' })
    expect((await reread(delivery)).prepared?.state).toEqual({ part: 2 })
    await mine.finish(['id-1'])
    expect(await claim(delivery)).toEqual({ do: 'use', value: ['id-1'] })
  })

  it('is let go at once by a process that stops', async () => {
    const delivery = await scheduled()
    await (await held(delivery)).release()
    expect((await claim(delivery)).do).toBe('go')
  })

  it('ends when the words change, or the delivery is not scheduled any more', async () => {
    const edited = await scheduled()
    const mine = await held(edited)
    await within(() => Post.update({ contentVersion: 2 }, { where: { id: edited.postId } }))
    await expect(mine.keep({})).rejects.toBeInstanceOf(Overtaken)
    now = later(claimMs)
    await expect(claim(edited)).rejects.toBeInstanceOf(Overtaken)
    const cancelled = await scheduled()
    const theirs = await held(cancelled)
    await within(() => bring(cancelled.postId, 'cancelled'))
    await expect(theirs.keep({})).rejects.toBeInstanceOf(Overtaken)
    await expect(claim(cancelled)).rejects.toBeInstanceOf(Overtaken)
  })
})
