/** How many rooms somebody has to know who follows one request, or one post on its way out. */
import { afterAll, beforeAll, expect, inject, it } from 'vitest'
import { createWorld, eventually, type World } from '../support/world.ts'
import { hire, type Staff } from '../support/staff.ts'
import { roomsEntered } from '../support/rooms.ts'
import { schedule } from '../../core/publishing/ledger.ts'

let world: World
let staff: Staff
beforeAll(async () => {
  world = await createWorld()
  staff = await hire(world)
})
afterAll(() => world[Symbol.asyncDispose]())

it('approving a post enters five rooms', async () => {
  const approve = async () => {
    const post = await staff.draft(staff.editor, { when: undefined })
    return () =>
      staff.owner('approvePost', {
        params: staff.on(post),
        body: { contentVersion: post.contentVersion },
      })
  }
  await (
    await approve()
  )()
  expect(await roomsEntered(await approve())).toEqual([
    'api',
    'api/posts',
    'core/posts',
    'networks',
    'policies',
  ])
})

// The workflow itself runs in a thread of Temporal's own, which is not counted here: with it they are seven, of the eight that are allowed.
it.skipIf(!inject('temporalAddress'))('a post enters six rooms on its way out', async () => {
  await world.work()
  const { tenant } = staff
  const publish = async (inMs: number) => {
    const publishAt = new Date(Date.now() + inMs)
    const post = await world.addPost(tenant, { publishAt })
    await staff.inTx(() => schedule(world.ctx, post, { by: tenant.personId }))
    await eventually(
      async () => (await world.deliveries(tenant, post.id))[0]?.state === 'published',
    )
  }
  await publish(1_000)
  const rooms = await roomsEntered(() => publish(1_500))
  expect(rooms).toEqual([
    'activities',
    'core/channels',
    'core/page',
    'core/posts',
    'core/publishing',
    'networks',
  ])
})
