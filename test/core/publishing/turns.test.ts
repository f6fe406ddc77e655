/** What was left behind: overdue posts of a channel, free slots, and what waits for the network to be asked. */
import { happened } from '#contract/posts/happened.ts'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { rows } from '../../../core/platform/db.ts'
import { schedule } from '../../../core/publishing/ledger.ts'
import type { Delivery } from '../../../core/publishing/models/delivery.ts'
import { claimOpen, move } from '../../../core/publishing/move.ts'
import { nextFree, takeFreeSlot } from '../../../core/publishing/slots.ts'
import { settleOverdue } from '../../../core/publishing/waiting.ts'
import { turnFor } from '../../../core/publishing/turns.ts'
import { Post } from '../../../core/posts/models/post.ts'
import { Workspace } from '../../../core/workspaces/models/workspace.ts'
import { resolveWhen } from '../../../core/platform/time.ts'
import { createWorld, type Tenant, type World } from '../../support/world.ts'

const minute = 60_000
let world: World
let tenant: Tenant
beforeAll(async () => {
  world = await createWorld()
  tenant = await world.addTenant()
})
afterAll(() => world?.[Symbol.asyncDispose]())

const within = <T>(fn: () => Promise<T>, { workspaceId } = tenant) =>
  world.ctx.db.tx({ workspace: workspaceId }, fn)

/** Scheduled for so many minutes ago. */
async function overdue(minutesAgo: number, on = tenant): Promise<Delivery> {
  const publishAt = new Date(Date.now() - minutesAgo * minute)
  const post = await world.addPost(on, { publishAt })
  return within(async () => (await schedule(world.ctx, post, { by: null }))[0]!, on)
}
const sending = (delivery: Delivery, at: Date, on = tenant) =>
  within(
    () =>
      move(delivery, {
        to: 'publishing',
        at,
        what: happened('begun', { attempt: 1 }),
        set: { attempt: 1, armedAt: at, settlesAt: at },
      }),
    on,
  )

describe('overdue posts of one channel', () => {
  it('go out in the order of their times, a minute apart; a post that is on time waits for none', async () => {
    const [third, first, second] = [await overdue(10), await overdue(30), await overdue(20)]
    const onTime = await overdue(0)
    const now = new Date()
    const turns = () =>
      within(async () => {
        const found: number[] = []
        for (const delivery of [first, second, third, onTime])
          found.push((await turnFor(delivery, now)).getTime() - now.getTime())
        return found
      })
    expect(await turns()).toEqual([0, minute, 2 * minute, 0])
    await sending(first, now)
    expect((await turns()).slice(1)).toEqual([minute, 2 * minute, 0])
  })
})

describe('what a hold has made late', () => {
  it('is sent in its order, a minute apart, and what is refused leaves no trace', async () => {
    const house = await world.addTenant()
    const late = [await overdue(30, house), await overdue(20, house), await overdue(10, house)]
    const refused = late[1]!
    const where = { id: refused.postId }
    await within(() => Post.update({ state: 'draft', approvedVersion: null }, { where }), house)
    const before = await within(() => Post.findOne({ where, raw: true }), house)
    const held = { workspaceId: house.workspaceId, since: new Date(Date.now() - 60 * minute) }
    const settled = await within(
      () => settleOverdue(world.ctx, held, 'send_now', { by: null }),
      house,
    )
    expect(settled).toBe(2)
    const [first, , third] = await Promise.all(
      late.map(async ({ postId }) => (await world.deliveries(house, postId))[0]!),
    )
    const apart = third!.publishAt.getTime() - first!.publishAt.getTime()
    expect(apart).toBeGreaterThan(minute - 5_000)
    expect(apart).toBeLessThan(minute + 5_000)
    expect(await within(() => Post.findOne({ where, raw: true }), house)).toEqual(before)
  })
})

describe('what waits for its network to be asked', () => {
  it('is claimed by one sweeper, fairly: no workspace’s many come before another’s one', async () => {
    const others = await world.addTenant()
    const past = new Date(Date.now() - 5_000)
    for (let i = 0; i < 3; i += 1) await sending(await overdue(5, tenant), past)
    await sending(await overdue(5, others), new Date(past.getTime() + 1_000), others)
    const claim = (batch: number) =>
      world.ctx.db.tx({ role: 'jobs' }, () => claimOpen(new Date(), { batch, forMs: minute }))
    const first = await claim(2)
    expect(new Set(first.map((f) => f.workspace_id)).size).toBe(2)
    const [a, b] = await Promise.all([claim(10), claim(10)])
    const all = [...first, ...a, ...b].map(({ id }) => id)
    expect(new Set(all).size).toBe(all.length)
    expect(await claim(10)).toEqual([])
  })
})

describe('free slots', () => {
  const sunday = ['02:30', '03:30', '09:00'].map((time) => ({ weekday: 7, time }))

  it('are one where the clock leaves an hour out', () => {
    const taken: number[] = []
    const found: string[] = []
    for (let i = 0; i < 3; i += 1) {
      const when = nextFree(sunday, 'Europe/Berlin', new Date('2027-03-27T12:00:00Z'), taken)!
      taken.push(resolveWhen(when).publishAt.getTime())
      found.push(when.wallTime)
    }
    expect(found).toEqual(['2027-03-28T03:30', '2027-03-28T09:00', '2027-04-04T02:30'])
  })

  it('are found in a moment, the last of the year, too', () => {
    const slots = Array.from({ length: 7 }, (_, i) => ({ weekday: i + 1, time: '09:00' }))
    const begun = performance.now()
    for (let i = 0; i < 20; i += 1) nextFree(slots, 'Europe/Berlin', new Date(), [])
    expect((performance.now() - begun) / 20).toBeLessThan(15)
  })

  it('are given to one post each, however many ask at once', async () => {
    const house = await world.addTenant()
    const slots = Array.from({ length: 7 }, (_, i) => ({ weekday: i + 1, time: '09:00' }))
    await within(() => Workspace.update({ slots }, { where: { id: house.workspaceId } }), house)
    const far = new Date(Date.now() - 86_400_000)
    const posts = await Promise.all(
      Array.from({ length: 5 }, () => world.addPost(house, { publishAt: far })),
    )
    const take = (post: Post) =>
      within(async () => {
        const when = await takeFreeSlot(house.workspaceId, new Date(), post.id)
        await Post.update(resolveWhen(when), { where: { id: post.id } })
        return when.wallTime
      }, house)
    expect(new Set(await Promise.all(posts.map(take))).size).toBe(5)
    expect(await within(() => rows('select distinct publish_at from posts'), house)).toHaveLength(5)
  })
})
