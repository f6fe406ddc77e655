import { happened } from '#contract/posts/happened.ts'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { OutputOf } from '#contract/client.ts'
import { rows } from '../../../core/platform/db.ts'
import { draftPost, end, planRun } from '../../../core/generation/generation.ts'
import { askAdmin } from '../../support/database.ts'
import { bring } from '../../support/deliveries.ts'
import { Channel } from '../../../core/channels/models/channel.ts'
import { uuidv7 } from '../../../core/platform/uuid.ts'
import { RouterError } from '../../../llm/errors.ts'
import type { Call } from '../../support/calls.ts'
import { hire, type Staff } from '../../support/staff.ts'
import { createWorld, type Tenant, type World } from '../../support/world.ts'
import { briefFor, starterRouter } from '../../support/writing.ts'

type Campaign = OutputOf<'getCampaign'>

let world: World
let now: Date
let staff: Staff
let tenant: Tenant
let owner: Call
let editor: Call
const start = new Date('2027-01-04T08:00:00Z')

beforeAll(async () => {
  now = start
  const clock = () => now
  world = await createWorld({ overrides: { now: clock, llm: starterRouter(clock) } })
})
afterAll(() => world[Symbol.asyncDispose]())

beforeEach(async () => {
  now = start
  staff = await hire(world)
  ;({ tenant, owner, editor } = staff)
})

const inWs = () => ({ workspaceId: tenant.workspaceId })
const inTx = <T>(fn: () => Promise<T>) => staff.inTx(fn)

async function campaign(more: object = {}, generate = false): Promise<Campaign> {
  const body = { brief: briefFor([tenant.pageId], more), generate }
  return (await editor('createCampaign', { params: inWs(), body })).campaign
}

/** Does what the workflow does, step by step. */
async function write(c: Campaign): Promise<void> {
  const ref = { workspaceId: tenant.workspaceId, runId: c.run!.id }
  const posts = await planRun(world.ctx, ref)
  for (let i = 0; i < (posts ?? 0); i += 1) await draftPost(world.ctx, ref, i)
  await end(world.ctx, ref, 'done', null)
}

describe('writing one post anew', () => {
  it('keeps the old version beside the new one, with the remark', async () => {
    const c = await campaign({}, true)
    await write(c)
    const { data } = await editor('listPosts', { params: inWs(), query: { campaignId: c.id } })
    const params = { ...inWs(), postId: data[0]!.id }
    const before = await editor('getPost', { params })
    const after = await editor('regeneratePost', { params, body: { remark: 'Shorter' } })
    expect(after.contentVersion).toBe(2)
    expect(after.content).not.toEqual(before.content)
    const versions = await editor('listVersions', { params })
    expect(versions.data.map((v) => v.remark)).toEqual(['Shorter', null])
    expect(versions.data[1]!.content).toEqual(before.content)
  })
  it('takes approval back even when an approver asks: nobody has read the new words yet', async () => {
    const c = await campaign({}, true)
    await write(c)
    const { data } = await editor('listPosts', { params: inWs(), query: { campaignId: c.id } })
    const params = { ...inWs(), postId: data[0]!.id }
    await owner('approvePost', { params, body: { contentVersion: 1 } })
    await owner('schedulePost', { params, body: {} })
    const anew = await owner('regeneratePost', { params, body: {} })
    expect(anew).toMatchObject({ state: 'draft', shown: 'draft', approvedVersion: null })
  })
  it('needs a brief to write from', async () => {
    const content = { segments: [{ text: 'Alone', assetIds: [] }], language: 'en', mentions: [] }
    const post = await editor('createPost', { params: inWs(), body: { content } })
    const refused = editor('regeneratePost', { params: { ...inWs(), postId: post.id }, body: {} })
    await expect(refused).rejects.toThrow('belongs to no campaign')
  })
  it('says what the provider said, and when to try again', async () => {
    const c = await campaign({}, true)
    await write(c)
    const { data } = await editor('listPosts', { params: inWs(), query: { campaignId: c.id } })
    const original = world.ctx.llm
    world.ctx.llm = {
      ...original,
      answer: () =>
        Promise.reject(
          new RouterError('rate_limited', 'The limit is reached.', { retryAfterMs: 9000 }),
        ),
    }
    const params = { ...inWs(), postId: data[0]!.id }
    const refused = editor('regeneratePost', { params, body: {} })
    await expect(refused).rejects.toMatchObject({
      kind: 'unreachable',
      detail: 'The limit is reached. It can be asked again at 08:01 (Europe/London).',
      retryAfter: 9,
    })
    world.ctx.llm = original
  })
})

describe('what a draft says and its brief does not', () => {
  it('blocks it, also after somebody edited around it, while a person’s own words only ask for a look', async () => {
    const c = await campaign({}, true)
    await write(c)
    const { data } = await editor('listPosts', { params: inWs(), query: { campaignId: c.id } })
    const params = { ...inWs(), postId: data[0]!.id }
    const fake = { segments: [{ text: 'Only 3 left! https://other.example', assetIds: [] }] }
    await inTx(() =>
      rows(
        `update post_versions set content = content || $2::jsonb where post_id = $1 returning post_id`,
        [params.postId, JSON.stringify(fake)],
      ),
    )
    const edit = (text: string, ifMatch: number) =>
      owner('updatePost', {
        params,
        ifMatch,
        body: { content: { segments: [{ text, assetIds: [] }], language: 'en' }, ownTexts: [] },
      })
    const kept = await edit('Look: https://other.example', 1)
    expect(kept.findings).toContainEqual(
      expect.objectContaining({ code: 'unknown_link', level: 'block' }),
    )
    const own = await edit('Look: https://mine.example', 2)
    expect(own.findings).toContainEqual(
      expect.objectContaining({ code: 'unknown_link', level: 'warn' }),
    )
  })
})

describe('today', () => {
  it('shows what needs an owner, what goes out next and a channel that is about to expire', async () => {
    const c = await campaign({}, true)
    await write(c)
    const { data } = await editor('listPosts', { params: inWs(), query: { order: 'time' } })
    const [first, second, third] = data.map((p) => ({ ...inWs(), postId: p.id }))
    await editor('submitPost', { params: first! })
    for (const params of [second!, third!]) {
      await owner('approvePost', { params, body: { contentVersion: 1 } })
      await owner('schedulePost', { params, body: {} })
    }
    await inTx(() =>
      bring(third!.postId, 'failed', {
        reason: 'late',
        detail: happened('missed', { minutes: 5 }),
      }),
    )
    await world.addChannel(tenant, { network: 'mastodon', name: 'Old friend', state: 'reconnect' })
    const seen = await owner('getToday', { params: inWs() })
    expect(seen.approvals.map((p) => p.id)).toEqual([first!.postId])
    expect(seen.trouble[0]).toMatchObject({
      delivery: {
        detail: expect.stringContaining('5 minutes'),
        code: 'missed',
        params: { minutes: 5 },
      },
    })
    expect(seen.troubleCount).toBe(1)
    expect(seen.next.map((p) => p.id)).toEqual([second!.postId])
    expect(seen.expiring.map((x) => x.name)).toEqual(['Old friend'])
    expect(seen.steps).toEqual({ page: true, channel: true, post: true })
    expect(seen.overdueCount).toBe(0)
    await askAdmin(
      world.config.databaseUrl,
      `update deliveries set publish_at = $2::timestamptz - interval '2 minutes' where post_id = $1`,
      [second!.postId, world.ctx.now()],
    )
    expect((await owner('getToday', { params: inWs() })).overdueCount).toBe(1)
    const theirs = await editor('getToday', { params: inWs() })
    expect(theirs).toMatchObject({ approvals: [], approvalsCount: 0 })
  })
})

describe('deliveries', () => {
  it('are listed by state and page by page, with every line of what happened', async () => {
    const post = await world.addPost(tenant, { publishAt: new Date('2027-01-06T08:00:00Z') })
    const params = { ...inWs(), postId: post.id }
    await owner('schedulePost', { params, body: {} })
    await owner('cancelPost', { params })
    const { data } = await owner('listDeliveries', {
      params: inWs(),
      query: { state: ['cancelled'] },
    })
    expect(data).toMatchObject([{ postId: post.id, channelName: 'Our page', canTakeDown: false }])
    const moves = await owner('listMoves', { params })
    expect(moves.data.map((m) => [m.from, m.to, m.by])).toEqual([
      [null, 'scheduled', 'Ada Example'],
      ['scheduled', 'cancelled', 'Ada Example'],
    ])
    const retried = owner('retryDelivery', { params: { ...inWs(), deliveryId: data[0]!.id } })
    await expect(retried).rejects.toMatchObject({ kind: 'conflict' })
    const gone = owner('getDelivery', { params: { ...inWs(), deliveryId: uuidv7() } })
    await expect(gone).rejects.toMatchObject({ kind: 'not_found' })
  })
  it('stay with their channel’s name when it is disconnected', async () => {
    const post = await world.addPost(tenant, { publishAt: new Date('2027-01-06T08:00:00Z') })
    await owner('schedulePost', { params: { ...inWs(), postId: post.id }, body: {} })
    await inTx(() => Channel.update({ state: 'off' }, { where: { id: tenant.pageId } }))
    const found = await owner('getPost', { params: { ...inWs(), postId: post.id } })
    expect(found.deliveries[0]!.channelName).toBe('Our page')
  })
})
