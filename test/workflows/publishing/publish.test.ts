/** The workflows of publishing on a real Temporal, one story each; their histories are what `replay.test.ts` replays. */
import sharp from 'sharp'
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import { Dead, type Step } from '../../../activities/publishing/steps.ts'
import { channelSecrets } from '../../../core/channels/access.ts'
import { publishNow, schedule } from '../../../core/publishing/ledger.ts'
import { ask, retry } from '../../../core/publishing/deciding.ts'
import { cleanImage, storePicture } from '../../../core/media/media.ts'
import { Channel } from '../../../core/channels/models/channel.ts'
import type { Delivery } from '../../../core/publishing/models/delivery.ts'
import type { Post } from '../../../core/posts/models/post.ts'
import { deliveryWorkflowId, postWorkflowId } from '../../../core/platform/temporal.ts'
import { historyOf, recordHistory } from '../../support/histories.ts'
import { moreThanIds } from '../../support/ids-only.ts'
import { mastodonSimulator, type MastodonSimulator } from '../../support/simulators/mastodon.ts'
import { createWorld, eventually, type Tenant, type World } from '../../support/world.ts'

describe.skipIf(!inject('temporalAddress'))('the workflows of publishing', () => {
  let server: MastodonSimulator
  let world: World
  let tenant: Tenant
  let channelId: string
  /** At this step the work ends, once. */
  let endAt: Step | null = null

  beforeAll(async () => {
    server = await mastodonSimulator()
    // The sweeper keeps still, so that what is seen here is what the workflows do by themselves.
    const still = { SWEEP_MS: '3600000', CALL_TIMEOUT_MS: '700', SETTLE_MS: '60' }
    const env = { ALLOW_PRIVATE_ORIGINS: server.origin, ...still }
    world = await createWorld({ env })
    await world.work({
      cachedWorkflows: 0,
      hook(step) {
        if (step !== endAt) return
        endAt = null
        throw new Dead(`the work ended at ${step}`)
      },
    })
    tenant = await world.addTenant()
    channelId = await world.addChannel(tenant, {
      network: 'mastodon',
      origin: server.origin,
      remoteId: server.account('ada').id,
      secrets: { accessToken: server.token('ada') },
    })
  })
  afterAll(async () => {
    await world?.[Symbol.asyncDispose]()
    await server?.close()
  })

  const inWorkspace = <T>(fn: () => Promise<T>) =>
    world.ctx.db.tx({ workspace: tenant.workspaceId, person: tenant.personId }, fn)
  const by = () => ({ by: tenant.personId })
  const visible = (text: string) => server.visible('ada').filter((s) => s.text === text).length
  const until = (post: Post, state: string): Promise<Delivery> =>
    eventually(async () => {
      const [found] = await world.deliveries(tenant, post.id)
      return found?.state === state && found
    })

  /** Its history holds ids alone, and is kept when asked to. */
  async function kept(type: string, name: string, workflowId: string): Promise<void> {
    const { client } = world.ctx.temporal
    expect(moreThanIds(await historyOf(client, workflowId))).toEqual([])
    await recordHistory(client, type, name, workflowId)
  }
  /** What the workflow answered. */
  async function told(type: string, name: string, workflowId: string): Promise<unknown> {
    const { client } = world.ctx.temporal
    const handle = client.workflow.getHandle(workflowId)
    await eventually(() => handle.describe().catch(() => null))
    const result: unknown = await handle.result()
    await kept(type, name, workflowId)
    return result
  }
  async function send(text: string, channelIds = [channelId]): Promise<Post> {
    const post = await world.addPost(tenant, { text, channelIds })
    await inWorkspace(() => publishNow(world.ctx, post, by()))
    return post
  }
  const toldOfPost = (post: Post, name: string) =>
    told('publishPost', name, postWorkflowId(post.id))

  it('publish a post on two channels side by side', async () => {
    const post = await send('On both.', [channelId, tenant.pageId])
    expect(await toldOfPost(post, 'published')).toEqual(['published', 'published'])
    expect(visible('On both.')).toBe(1)
  })

  it('upload images ahead of the instant', async () => {
    const background = '#7a4fd0'
    const image = sharp({ create: { width: 40, height: 20, channels: 3, background } }).png()
    const { workspaceId, personId } = tenant
    const picture = await cleanImage(world.ctx, workspaceId, image)
    const about = { workspaceId, name: 'bench.png', alt: 'A bench', createdBy: personId }
    const asset = await inWorkspace(() => storePicture(world.ctx, picture, about))
    const publishAt = new Date(Date.now() + 2_000)
    const more = { channelIds: [channelId], assetIds: [asset.id], publishAt }
    const post = await world.addPost(tenant, { text: 'With a bench.', ...more })
    await inWorkspace(() => schedule(world.ctx, post, by()))
    await eventually(async () => (await world.deliveries(tenant, post.id))[0]?.prepared)
    expect(visible('With a bench.')).toBe(0)
    expect(await toldOfPost(post, 'with-images')).toEqual(['published'])
    expect(visible('With a bench.')).toBe(1)
  })

  it('ask the network when its reply was lost, and find the post there', async () => {
    server.faults.add({ kind: 'lost_reply', on: 'publish' })
    const post = await send('Lost on the way back.')
    expect(await toldOfPost(post, 'found')).toEqual(['published'])
    expect((await until(post, 'published')).attempt).toBe(1)
    expect(visible('Lost on the way back.')).toBe(1)
  })

  it('send again what certainly never arrived', async () => {
    server.faults.add({ kind: 'reset_before', on: 'publish' })
    const post = await send('Never arrived.')
    expect(await toldOfPost(post, 'sent-again')).toEqual(['published'])
    expect((await until(post, 'published')).attempt).toBe(2)
    expect(visible('Never arrived.')).toBe(1)
  })

  it('ask the ledger and then the network when the work broke off after arming', async () => {
    endAt = 'armed'
    const post = await send('Broken off.')
    expect(await toldOfPost(post, 'broken-off')).toEqual(['published'])
    expect(endAt).toBeNull()
    expect(visible('Broken off.')).toBe(1)
  })

  it('end when an operator cancels them', async () => {
    const publishAt = new Date(Date.now() + 3_600_000)
    const post = await world.addPost(tenant, { channelIds: [channelId], publishAt })
    await inWorkspace(() => schedule(world.ctx, post, by()))
    const handle = world.ctx.temporal.client.workflow.getHandle(postWorkflowId(post.id))
    await eventually(() => world.ctx.temporal.isRunning(handle.workflowId))
    await handle.cancel()
    await expect(handle.result()).rejects.toThrow('cancelled')
    await kept('publishPost', 'cancelled', handle.workflowId)
    // Whoever cancels an alarm in Temporal has not cancelled the post: the sweeper will ring again.
    expect((await until(post, 'scheduled')).generation).toBe(1)
  })

  it('deliver again what was refused, when a person asks for it', async () => {
    server.revokeAll()
    const post = await send('Refused at first.')
    const failed = await until(post, 'failed')
    const secrets = { accessToken: server.token('ada') }
    const sealedSecrets = world.ctx.vault.seal(channelSecrets(channelId), secrets)
    await inWorkspace(() =>
      Channel.update({ state: 'active', sealedSecrets }, { where: { id: channelId } }),
    )
    await inWorkspace(() => retry(world.ctx, failed, by()))
    await until(post, 'published')
    const workflowId = deliveryWorkflowId(failed.id, 2)
    expect(await told('deliverAgain', 'published', workflowId)).toBe('published')
    expect(visible('Refused at first.')).toBe(1)
  })

  it('ask the network again when a person wants to know', async () => {
    server.faults.add({ kind: 'lost_reply', on: 'publish' })
    for (let i = 0; i < 40; i += 1) server.faults.add({ kind: 'error_before', on: 'list' })
    const post = await send('Nobody can tell.')
    const open = await until(post, 'unconfirmed')
    server.faults.clear()
    await inWorkspace(() => ask(world.ctx, open, by()))
    await until(post, 'published')
    const workflowId = deliveryWorkflowId(open.id, open.attempt)
    expect(await told('deliverAgain', 'asked', workflowId)).toBe('published')
    expect(visible('Nobody can tell.')).toBe(1)
  })

  it('look after the sweeper, by a schedule that the worker made', async () => {
    const { client } = world.ctx.temporal
    const scheduleId = `${world.config.temporal.queuePrefix}watch-sweeper`
    const watch = client.schedule.getHandle(scheduleId)
    await eventually(() => watch.describe().catch(() => null))
    await watch.trigger()
    const workflowId = await eventually(async () => {
      const { info } = await watch.describe()
      const action = info.recentActions.at(-1)?.action
      return action?.type === 'startWorkflow' && action.workflow.workflowId
    })
    expect(await told('watchSweeper', 'walking', workflowId)).toBe('walking')
  })
})
