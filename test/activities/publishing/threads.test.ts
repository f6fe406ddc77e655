/** A thread that breaks in the middle: what stands is known part by part, and is continued, taken down or left. */
import { happenings } from '#contract/posts/happened.ts'
import { afterAll, afterEach, beforeAll, describe, expect, inject, it } from 'vitest'
import { resolve, retry } from '../../../core/publishing/deciding.ts'
import { erase } from '../../../core/publishing/erasing.ts'
import { publishNow } from '../../../core/publishing/ledger.ts'
import type { Delivery } from '../../../core/publishing/models/delivery.ts'
import { Standing } from '../../../core/publishing/models/standing.ts'
import { takeDown } from '../../../core/publishing/take-down.ts'
import { Post } from '../../../core/posts/models/post.ts'
import { mastodonSimulator, type MastodonSimulator } from '../../support/simulators/mastodon.ts'
import { createWorld, eventually, type Tenant, type World } from '../../support/world.ts'

const tooLong = 'x'.repeat(501)

describe.skipIf(!inject('temporalAddress'))('a thread', () => {
  let server: MastodonSimulator
  let world: World
  let tenant: Tenant
  let channelId: string
  beforeAll(async () => {
    server = await mastodonSimulator()
    const env = { ALLOW_PRIVATE_ORIGINS: server.origin, CALL_TIMEOUT_MS: '700' }
    world = await createWorld({ env })
    await world.work()
    tenant = await world.addTenant()
    const { origin } = server
    channelId = await world.addChannel(tenant, {
      network: 'mastodon',
      origin,
      remoteId: server.account('ada').id,
      secrets: { accessToken: server.token('ada') },
      settings: { idempotency: true },
    })
  })
  afterEach(() => server.faults.clear())
  afterAll(async () => {
    await world?.[Symbol.asyncDispose]()
    await server?.close()
  })

  const within = <T>(fn: () => Promise<T>) =>
    world.ctx.db.tx({ workspace: tenant.workspaceId, person: tenant.personId }, fn)
  const by = () => ({ by: tenant.personId })
  const ref = (delivery: Delivery) => ({
    workspaceId: tenant.workspaceId,
    deliveryId: delivery.id,
    by: tenant.personId,
  })
  const until = (postId: string, state: string): Promise<Delivery> =>
    eventually(async () => {
      const [found] = await world.deliveries(tenant, postId)
      return found?.state === state && found
    })
  let count = 0
  /** Sends a thread of three; its second part is `second`. */
  async function send(second: string): Promise<{ post: Post; texts: string[] }> {
    const name = `Thread ${(count += 1)}`
    const texts = [`${name}, one`, second && `${name}, ${second}`, `${name}, three`]
    const [text, ...more] = texts as [string, ...string[]]
    const post = await world.addPost(tenant, { text, more, channelIds: [channelId] })
    await within(() => publishNow(world.ctx, post, by()))
    return { post, texts }
  }
  /** What anybody can see of a thread, oldest first; each part but the first answers the one before. */
  function visible({ texts: [first] }: { texts: string[] }): string[] {
    const name = first!.split(',')[0]!
    const found = server.visible('ada').filter(({ text }) => text.startsWith(`${name},`))
    for (const [i, status] of found.entries())
      expect(status.inReplyTo).toBe(i === 0 ? null : found[i - 1]!.id)
    return found.map(({ text }) => text)
  }
  const standing = async ({ post }: { post: Post }) => {
    const [delivery] = await world.deliveries(tenant, post.id)
    const order: [string, string][] = [
      ['since', 'ASC'],
      ['part', 'ASC'],
    ]
    return within(() => Standing.findAll({ where: { deliveryId: delivery!.id }, order }))
  }
  /** Another second part, approved. */
  async function mend(thread: { post: Post; texts: string[] }): Promise<void> {
    thread.texts[1] = thread.texts[0]!.replace('one', 'two')
    const segments = thread.texts.map((text) => ({ text, assetIds: [] }))
    const content = { segments, language: 'en', mentions: [] }
    await within(() =>
      Post.update(
        { content, contentVersion: 2, approvedVersion: 2 },
        { where: { id: thread.post.id } },
      ),
    )
  }
  /** Refused at its second part. */
  async function refused() {
    const thread = await send(tooLong)
    const failed = await until(thread.post.id, 'failed')
    expect(failed).toMatchObject({ reason: 'content_refused' })
    expect(happenings.say(failed.detail!)).toMatch(
      /^1 of 3 parts are on .+; part 2 is not: .+ too long/,
    )
    expect(visible(thread)).toEqual([thread.texts[0]])
    expect(await standing(thread)).toMatchObject([{ part: 1, contentVersion: 1, removedAt: null }])
    return { thread, failed }
  }

  it('that was refused in the middle is continued below what stands, without a second copy', async () => {
    const { thread, failed } = await refused()
    await mend(thread)
    await within(() => retry(world.ctx, failed, by()))
    await until(thread.post.id, 'published')
    expect(visible(thread)).toEqual(thread.texts)
    expect(await standing(thread)).toMatchObject([
      { part: 1, contentVersion: 1 },
      { part: 2, contentVersion: 2 },
      { part: 3, contentVersion: 2 },
    ])
  })

  it('that was refused in the middle can be taken down, and is then sent anew; every id is kept', async () => {
    const { thread, failed } = await refused()
    await takeDown(world.ctx, ref(failed))
    expect(visible(thread)).toEqual([])
    expect(await until(thread.post.id, 'failed')).toMatchObject({ reason: 'taken_down_by_person' })
    await mend(thread)
    await within(async () => retry(world.ctx, failed, by()))
    await until(thread.post.id, 'published')
    expect(visible(thread)).toEqual(thread.texts)
    const kept = await standing(thread)
    expect(kept.map(({ removedAt }) => removedAt !== null)).toEqual([true, false, false, false])
    await takeDown(world.ctx, ref(failed))
    expect(visible(thread)).toEqual([])
  })

  it('that was refused in the middle can be left, and then needs nobody', async () => {
    const { thread, failed } = await refused()
    const left = await within(() => resolve(world.ctx, failed, { choice: 'leave' }, by()))
    expect(left).toMatchObject({ state: 'failed', reason: 'left_by_person' })
    expect(visible(thread)).toEqual([thread.texts[0]])
  })

  it('that was refused in the middle is deleted with what stands', async () => {
    const { thread } = await refused()
    const { workspaceId, personId } = tenant
    const { id } = thread.post
    const work = { kind: 'post', id, workspaceId, takeDown: [channelId], by: personId }
    expect((await erase(world.ctx, work)).left).toEqual([])
    expect(visible(thread)).toEqual([])
  })

  it.each(['lost_reply', 'reset_before', 'error_after', 'proxy_after'] as const)(
    'whose second part meets “%s” goes on where it broke off',
    async (kind) => {
      server.faults.add({ kind, on: 'publish', skip: 1 })
      const thread = await send('two')
      await until(thread.post.id, 'published')
      expect(server.faults.fired).toHaveLength(1)
      expect(visible(thread)).toEqual(thread.texts)
      expect(await standing(thread)).toHaveLength(3)
    },
  )
})
