/** A Temporal that answers but lacks what we rely on: it is said, and made where we may; posts go out, never an outbox that waits in silence. */
import { msToTs } from '@temporalio/common/lib/time.js'
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import { publishNow } from '../../core/publishing/ledger.ts'
import { checkTemporal } from '../../core/platform/readiness.ts'
import { createWorld, eventually } from '../support/world.ts'
import { ownTemporal, type OwnServer } from './own-servers.ts'
import { inWorkspace } from './sides.ts'

describe.skipIf(!inject('temporalCli'))('a Temporal', () => {
  let temporal: OwnServer
  beforeAll(async () => {
    temporal = await ownTemporal(inject('temporalCli'), true)
  })
  afterAll(() => temporal?.[Symbol.asyncDispose]())

  it.each([
    [
      'search attributes',
      'postaura',
      'Temporal’s namespace postaura lacks the search attributes WorkspaceId, CampaignId, PostId, Network',
    ],
    ['namespace', 'another', 'Temporal has no namespace another'],
  ])('without its %s is said by health and mended by a worker', async (_, namespace, detail) => {
    await using world = await createWorld({
      env: { TEMPORAL_ADDRESS: temporal.address, TEMPORAL_NAMESPACE: namespace },
    })
    const { ctx } = world
    expect(await checkTemporal(ctx)).toEqual({ ok: false, detail })
    const tenant = await world.addTenant()
    const post = await world.addPost(tenant)
    await inWorkspace(world, tenant, () => publishNow(ctx, post, { by: tenant.personId }))
    await world.work()
    const published = async () =>
      (await world.deliveries(tenant, post.id))[0]?.state === 'published'
    // What waited in the outbox meanwhile is looked at again after a minute at most.
    await eventually(published, 100_000)
    expect(await checkTemporal(ctx)).toEqual({ ok: true, detail: 'answers' })
  })

  it('that has one of them as another type is not touched, and said', async () => {
    await using world = await createWorld({
      env: { TEMPORAL_ADDRESS: temporal.address, TEMPORAL_NAMESPACE: 'third' },
    })
    const { client, mend } = world.ctx.temporal
    const namespace = 'third'
    await client.workflowService.registerNamespace({
      namespace,
      workflowExecutionRetentionPeriod: msToTs('1 day'),
    })
    const text = 1
    const add = () =>
      client.connection.operatorService
        .addSearchAttributes({ namespace, searchAttributes: { PostId: text } })
        .then(
          () => true,
          () => false,
        )
    await eventually(add)
    const detail = 'Temporal has the search attribute PostId as another type'
    await expect(mend()).rejects.toThrow(detail)
    expect(await checkTemporal(world.ctx)).toEqual({ ok: false, detail })
  })
})
