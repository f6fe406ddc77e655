/** Holding everything, and what becomes of what was due meanwhile. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { arm, sweepScheduled } from '../../../core/publishing/arming.ts'
import { schedule } from '../../../core/publishing/ledger.ts'
import { Workspace } from '../../../core/workspaces/models/workspace.ts'
import { openHouse, type House } from '../../support/tenancy.ts'
import { createWorld, type World } from '../../support/world.ts'

let world: World
let house: House
let now: Date
beforeAll(async () => {
  world = await createWorld({ overrides: { now: () => now } })
})
afterAll(() => world[Symbol.asyncDispose]())
beforeEach(async () => {
  now = new Date('2026-01-05T08:00:00Z')
  house = await openHouse(world)
})

const inTx = <T>(fn: () => Promise<T>) =>
  world.ctx.db.tx({ workspace: house.ws.workspaceId, person: house.tenant.personId }, fn)
const minutes = (n: number) => new Date(now.getTime() + n * 60_000)

async function scheduled(publishAt: Date, latenessMinutes = 60) {
  const post = await world.addPost(house.tenant, { publishAt, latenessMinutes })
  await inTx(() => schedule(world.ctx, post, { by: house.tenant.personId }))
  return post
}

/** What the sweeper does with a delivery whose time is over. */
async function sweep(postId: string) {
  const { workspaceId } = house.ws
  for (const { id } of await world.deliveries(house.tenant, postId))
    await inTx(() => sweepScheduled(world.ctx, { workspaceId, deliveryId: id }))
}

describe('holding everything', () => {
  const hold = () =>
    house.editor('holdPublishing', { params: house.ws, body: { reason: 'Wrong price' } })
  const resume = (overdue: 'send_now' | 'next_slots' | 'cancel') =>
    house.owner('resumePublishing', { params: house.ws, body: { overdue } })

  it('says why, by whom and since when, to every member', async () => {
    await hold()
    const seen = await house.viewer('getWorkspace', { params: house.ws })
    const since = now.toISOString()
    expect(seen.hold).toEqual({ reason: 'Wrong price', by: 'Ed Itor', since, overdue: 0 })
    const { data } = await house.viewer('listWorkspaces', {})
    expect(data[0]?.hold?.by).toBe('Ed Itor')
  })
  it('keeps what is due from being sent', async () => {
    const post = await scheduled(minutes(1))
    await hold()
    now = minutes(1)
    const [delivery] = await world.deliveries(house.tenant, post.id)
    const [armed] = await arm(world.ctx, [
      {
        workspaceId: house.ws.workspaceId,
        deliveryId: delivery!.id,
        generation: delivery!.generation,
        attempt: 1,
        contentVersion: 1,
        budgetMs: 1000,
        claim: delivery!.id,
        content: {
          token: delivery!.id,
          contentHash: 'any',
          compose: () => ({ payload: {}, handle: {} }),
        },
      },
    ])
    expect(armed).toMatchObject({ armed: false })
    const [after] = await world.deliveries(house.tenant, post.id)
    expect(after).toMatchObject({ state: 'scheduled', reason: 'held', attempt: 0 })
  })
  it('says before anything is chosen which posts a plan would be applied to, and how many', async () => {
    const missedBefore = await scheduled(minutes(-90), 1)
    await sweep(missedBefore.id)
    const late = [await scheduled(minutes(20)), await scheduled(minutes(10))]
    await scheduled(minutes(600))
    const list = async () => (await house.viewer('listOverdue', { params: house.ws })).data
    expect(await list()).toEqual([])
    await hold()
    const tooLate = await scheduled(minutes(5), 1)
    now = minutes(30)
    await sweep(tooLate.id)
    expect((await list()).map((t) => t.id)).toEqual([tooLate.id, late[1]!.id, late[0]!.id])
    expect((await house.viewer('getWorkspace', { params: house.ws })).hold?.overdue).toBe(3)
    expect((await house.viewer('getToday', { params: house.ws })).hold?.overdue).toBe(3)
    expect((await resume('send_now')).overdue).toBe(3)
    expect(await list()).toEqual([])
  })
  it('sends overdue posts at once when that is the plan, and leaves what is not due', async () => {
    const overdue = await scheduled(minutes(10))
    const later = await scheduled(minutes(600))
    await hold()
    now = minutes(30)
    expect(await resume('send_now')).toMatchObject({ overdue: 1, workspace: { hold: null } })
    const [sent] = await world.deliveries(house.tenant, overdue.id)
    const [waits] = await world.deliveries(house.tenant, later.id)
    expect(sent).toMatchObject({ state: 'scheduled', publishAt: now })
    expect(waits?.publishAt).toEqual(later.publishAt)
  })
  it('gives overdue posts the next free slots, one each, when that is the plan', async () => {
    await inTx(() =>
      Workspace.update(
        {
          slots: [
            { weekday: 2, time: '09:00' },
            { weekday: 4, time: '09:00' },
          ],
        },
        { where: { id: house.ws.workspaceId } },
      ),
    )
    const posts = [await scheduled(minutes(10)), await scheduled(minutes(11))]
    await hold()
    now = minutes(30)
    expect((await resume('next_slots')).overdue).toBe(2)
    const times = []
    for (const post of posts) {
      const [delivery] = await world.deliveries(house.tenant, post.id)
      times.push(delivery?.publishAt.toISOString())
    }
    expect(times).toEqual(['2026-01-06T08:00:00.000Z', '2026-01-08T08:00:00.000Z'])
  })
  it('settles also what became too late while it was held, and leaves what was missed before', async () => {
    const before = await scheduled(minutes(-90), 1)
    await sweep(before.id)
    await hold()
    const during = await scheduled(minutes(5), 1)
    now = minutes(30)
    await sweep(during.id)
    const stateOf = async (id: string) => (await world.deliveries(house.tenant, id))[0]?.state
    expect([await stateOf(before.id), await stateOf(during.id)]).toEqual(['missed', 'missed'])
    expect((await resume('send_now')).overdue).toBe(1)
    expect([await stateOf(before.id), await stateOf(during.id)]).toEqual(['missed', 'scheduled'])
  })
  it('leaves what can no longer be sent, and settles the rest', async () => {
    const gone = await scheduled(minutes(5))
    const fine = await scheduled(minutes(6))
    await hold()
    await inTx(() => gone.update({ state: 'draft', approvedVersion: null }))
    now = minutes(30)
    expect((await resume('send_now')).overdue).toBe(1)
    expect((await world.deliveries(house.tenant, fine.id))[0]?.publishAt).toEqual(now)
  })
  it('cancels overdue posts when that is the plan', async () => {
    const post = await scheduled(minutes(10))
    await hold()
    now = minutes(30)
    await resume('cancel')
    const [delivery] = await world.deliveries(house.tenant, post.id)
    expect(delivery?.state).toBe('cancelled')
  })
  it('cancels with them what became too late meanwhile, so that nobody is asked about it again', async () => {
    const before = await scheduled(minutes(-90), 1)
    await sweep(before.id)
    await hold()
    const during = await scheduled(minutes(5), 1)
    now = minutes(30)
    await sweep(during.id)
    expect((await house.owner('getToday', { params: house.ws })).troubleCount).toBe(2)
    now = minutes(1)
    expect((await resume('cancel')).overdue).toBe(1)
    const { trouble, troubleCount } = await house.owner('getToday', { params: house.ws })
    expect(trouble.map(({ delivery }) => delivery.postId)).toEqual([before.id])
    expect(troubleCount).toBe(1)
    const params = { ...house.ws, postId: during.id }
    const left = await house.owner('getPost', { params })
    expect(left).toMatchObject({ shown: 'approved', deliveries: [{ state: 'cancelled' }] })
    const lines = (await house.owner('listMoves', { params })).data
    expect(lines.map(({ to }) => to)).toEqual(['scheduled', 'missed', 'cancelled'])
    const when = { wallTime: '2026-01-06T09:00', timeZone: 'UTC' }
    const again = await house.owner('schedulePost', { params, body: { when } })
    expect(again).toMatchObject({ shown: 'scheduled', deliveries: [{ state: 'scheduled' }] })
  })
  it('cannot be ended when nothing is held', async () => {
    await expect(resume('cancel')).rejects.toMatchObject({ kind: 'conflict' })
  })
  it('is any editor’s to begin, and no viewer’s', async () => {
    const body = { reason: 'x' }
    const asked = house.viewer('holdPublishing', { params: house.ws, body })
    await expect(asked).rejects.toMatchObject({ kind: 'forbidden' })
  })
})
