/** A worker that is asked to stop between arming a delivery and its instant. */
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import type { Workers } from '../../../activities/workers.ts'
import { schedule } from '../../../core/publishing/ledger.ts'
import { Move } from '../../../core/publishing/models/move.ts'
import { heldClock } from '../../support/held-clock.ts'
import { createWorld, eventually, type Tenant, type World } from '../../support/world.ts'
import { mastodonSimulator, type MastodonSimulator } from '../../support/simulators/mastodon.ts'

describe.skipIf(!inject('temporalAddress'))('a worker that stops just before the instant', () => {
  const clock = heldClock()
  let mastodon: MastodonSimulator
  let world: World
  let tenant: Tenant

  beforeAll(async () => {
    mastodon = await mastodonSimulator()
    world = await createWorld({
      // Standing still must not be taken for having slept.
      env: { ALLOW_PRIVATE_ORIGINS: mastodon.origin, CALL_TIMEOUT_MS: '30000' },
      overrides: { now: clock.now },
    })
    tenant = await world.addTenant()
  })
  afterAll(async () => {
    await world?.[Symbol.asyncDispose]()
    await mastodon?.close()
  })

  it.each(['mastodon', 'page'])(
    'sends nothing on %s; the next one sends it once',
    async (network) => {
      const secrets = { accessToken: mastodon.token('ada') }
      const channelId =
        network === 'page'
          ? tenant.pageId
          : await world.addChannel(tenant, {
              network,
              origin: mastodon.origin,
              secrets,
              remoteId: mastodon.account('ada').id,
            })
      let stopped: Promise<void> | undefined
      const first: Workers = await world.work({
        hook: (step) => {
          if (step === 'armed') stopped ??= first.stop()
        },
      })
      const publishAt = new Date(Date.now() + 3_000)
      clock.holdAt(new Date(publishAt.getTime() - 20))
      const post = await world.addPost(tenant, { publishAt, channelIds: [channelId] })
      const inWorkspace = <T>(fn: () => Promise<T>) =>
        world.ctx.db.tx({ workspace: tenant.workspaceId }, fn)
      await inWorkspace(() => schedule(world.ctx, post, { by: null }))
      await eventually(async () => stopped !== undefined)
      await stopped
      const [waiting] = await world.deliveries(tenant, post.id)
      expect(waiting).toMatchObject({ state: 'scheduled', attempt: 1 })
      clock.letGo()
      const next = await world.work()
      const delivery = await eventually(async () => {
        const [found] = await world.deliveries(tenant, post.id)
        return found?.state === 'published' && found
      })
      expect(delivery.attempt).toBe(2)
      await next.stop()
      const moves = await inWorkspace(() => Move.findAll({ where: { postId: post.id } }))
      expect(moves.filter(({ toState }) => toState === 'published')).toHaveLength(1)
      if (network === 'mastodon') expect(mastodon.visible('ada')).toHaveLength(1)
    },
  )
})
