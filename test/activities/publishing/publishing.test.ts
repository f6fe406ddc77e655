/** A post on its way through the real outbox, the real Temporal and the real database. */
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import { cancel, publishNow, schedule } from '../../../core/publishing/ledger.ts'
import { Move } from '../../../core/publishing/models/move.ts'
import { PagePost } from '../../../core/page/models/page-post.ts'
import { postWorkflowId } from '../../../core/platform/temporal.ts'
import { createWorld, eventually, type Tenant, type World } from '../../support/world.ts'

let world: World
let tenant: Tenant
const hasTemporal = Boolean(inject('temporalAddress'))

describe.skipIf(!hasTemporal)('publishing', () => {
  beforeAll(async () => {
    world = await createWorld()
    await world.work()
    tenant = await world.addTenant()
  })
  afterAll(() => world?.[Symbol.asyncDispose]())

  const inWorkspace = <T>(fn: () => Promise<T>) =>
    world.ctx.db.tx({ workspace: tenant.workspaceId, person: tenant.personId }, fn)
  const settled = (postId: string, state: string) =>
    eventually(async () => {
      const [delivery] = await world.deliveries(tenant, postId)
      return delivery?.state === state && delivery
    })

  it('puts a scheduled post on the page at its instant, with 11 history events', async () => {
    const post = await world.addPost(tenant, { publishAt: new Date(Date.now() + 2_500) })
    await inWorkspace(() => schedule(world.ctx, post, { by: tenant.personId }))
    const delivery = await settled(post.id, 'published')
    const late = delivery.publishedAt!.getTime() - post.publishAt!.getTime()
    expect(late).toBeGreaterThanOrEqual(0)
    expect(late).toBeLessThan(1_000)
    expect(await inWorkspace(() => PagePost.count({ where: { deliveryId: delivery.id } }))).toBe(1)
    const handle = world.ctx.temporal.client.workflow.getHandle(postWorkflowId(post.id))
    expect(await handle.result()).toEqual(['published'])
    expect((await handle.describe()).historyLength).toBe(11)
  })

  it('tells what happened line by line', async () => {
    const post = await world.addPost(tenant)
    await inWorkspace(() => publishNow(world.ctx, post, { by: tenant.personId }))
    await settled(post.id, 'published')
    const moves = await inWorkspace(() =>
      Move.findAll({ where: { postId: post.id }, order: ['at', 'id'] }),
    )
    expect(moves.map((m) => m.toState)).toEqual(['scheduled', 'publishing', 'published'])
    expect(moves.map((m) => m.code)).toEqual(['scheduled', 'begun', 'published'])
  })

  it('ends the alarm of a cancelled post', async () => {
    const post = await world.addPost(tenant, { publishAt: new Date(Date.now() + 3_600_000) })
    await inWorkspace(() => schedule(world.ctx, post, { by: null }))
    const { temporal } = world.ctx
    await eventually(() => temporal.isRunning(postWorkflowId(post.id)))
    await inWorkspace(() => cancel(world.ctx, post, { by: null }))
    await eventually(async () => !(await temporal.isRunning(postWorkflowId(post.id))))
    expect((await world.deliveries(tenant, post.id))[0]?.state).toBe('cancelled')
  })
})
