import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { Campaign } from '#contract/campaigns.ts'
import { campaignsHandlers } from '../../api/handlers/campaigns.ts'
import { deliveriesHandlers } from '../../api/handlers/deliveries.ts'
import { postApprovalHandlers } from '../../api/handlers/post-approval.ts'
import { postListsHandlers } from '../../api/handlers/post-lists.ts'
import { postScheduleHandlers } from '../../api/handlers/post-schedule.ts'
import { postVersionsHandlers } from '../../api/handlers/post-versions.ts'
import { postsHandlers } from '../../api/handlers/posts.ts'
import { runsHandlers } from '../../api/handlers/runs.ts'
import { todayHandlers } from '../../api/handlers/today.ts'
import { rows } from '../../core/db.ts'
import { draftPost, end, planRun } from '../../core/generation.ts'
import { Connection } from '../../core/models/connection.ts'
import { Delivery } from '../../core/models/delivery.ts'
import { Channel } from '../../core/models/channel.ts'
import { uuidv7 } from '../../core/uuid.ts'
import { RouterError } from '../../llm/errors.ts'
import { addMember, answerOf, callsAs, personActor, type Call } from '../support/calls.ts'
import { createWorld, type Tenant, type World } from '../support/world.ts'
import { briefFor, starterRouter } from '../support/writing.ts'

const handlers = {
  ...campaignsHandlers,
  ...runsHandlers,
  ...postsHandlers,
  ...postListsHandlers,
  ...postApprovalHandlers,
  ...postScheduleHandlers,
  ...postVersionsHandlers,
  ...deliveriesHandlers,
  ...todayHandlers,
}

let world: World
let now: Date
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
  tenant = await world.addTenant('owner')
  owner = callsAs(world.ctx, handlers, personActor(tenant.personId))
  const editorId = await addMember(world.ctx, tenant.workspaceId, 'editor', 'Ed Itor')
  editor = callsAs(world.ctx, handlers, personActor(editorId))
})

const inWs = () => ({ workspaceId: tenant.workspaceId })
const inTx = <T>(fn: () => Promise<T>) => world.ctx.db.tx({ workspace: tenant.workspaceId }, fn)

async function campaign(more: object = {}, generate = false): Promise<Campaign> {
  const body = { brief: briefFor([tenant.pageId], more), generate }
  return (await editor('createCampaign', { params: inWs(), body })).campaign
}
const on = (c: Pick<Campaign, 'id'>) => ({ ...inWs(), campaignId: c.id })

/** Does what the workflow does, step by step. */
async function write(c: Campaign): Promise<void> {
  const ref = { workspaceId: tenant.workspaceId, runId: c.run!.id }
  const posts = await planRun(world.ctx, ref)
  for (let i = 0; i < (posts ?? 0); i += 1) await draftPost(world.ctx, ref, i)
  await end(world.ctx, ref, 'done', null)
}
const addConnection = (more: object = {}) =>
  inTx(() =>
    Connection.create({
      ...{ workspaceId: tenant.workspaceId, name: 'Our model', adapter: 'openai', model: 'small' },
      baseUrl: 'http://127.0.0.1:1/v1',
      terms: {
        ...{ processor: 'Us', region: 'self', retentionDays: 0, trainsOnInput: 'no' },
        ...{ dpaSignedAt: null, evidenceUrl: null },
      },
      ...{ isOn: true, position: 1 },
      ...more,
    }),
  )

describe('a campaign', () => {
  it('is created from a brief, named after its product, without writing anything unasked', async () => {
    const made = await editor('createCampaign', {
      params: inWs(),
      body: { brief: briefFor([tenant.pageId]) },
    })
    expect(made.run).toBeNull()
    expect(made.campaign).toMatchObject({ name: 'Ridgeline 40L', version: 1, createdBy: 'Ed Itor' })
  })
  it('that is to be written answers 202 with its address and its run, and flags the outbox', async () => {
    const answer = await answerOf(
      world.ctx,
      handlers,
      personActor(tenant.personId),
      'createCampaign',
      { params: inWs(), body: { brief: briefFor([tenant.pageId]), generate: true } },
    )
    const { campaign: made, run } = answer.body as { campaign: Campaign; run: { id: string } }
    expect(answer.status).toBe(202)
    expect(answer.headers.location).toBe(
      `/api/v1/workspaces/${tenant.workspaceId}/campaigns/${made.id}`,
    )
    expect(run).toMatchObject({ state: 'planning', number: 1, writer: 'Starter writer' })
    const flags = await inTx(() => rows('select 1 from outbox where subject = $1', [run.id]))
    expect(flags).toHaveLength(1)
  })
  it('is refused in the field’s words when no day of it is left, or it lasts too long', async () => {
    now = new Date('2027-03-01T08:00:00Z')
    await expect(campaign({}, true)).rejects.toMatchObject({
      errors: [{ pointer: '/brief/to', detail: 'No day of this campaign is left. Choose a later end.' }],
    })
    await expect(campaign({ to: '2029-01-01' })).rejects.toThrow('A campaign lasts a year at most.')
    const stranger = await world.addTenant()
    await expect(campaign({ channelIds: [stranger.pageId] })).rejects.toMatchObject({
      errors: [{ pointer: '/brief/channelIds' }],
    })
  })
  it('can be waited for, with an end to the patience', async () => {
    const from = performance.now()
    const { run } = await editor('createCampaign', {
      params: inWs(),
      query: { wait: 1 },
      body: { brief: briefFor([tenant.pageId]), generate: true },
    })
    expect(run!.state).toBe('planning')
    expect(performance.now() - from).toBeGreaterThan(900)
  })
  it('changes by its version, and posts already written stay as they are', async () => {
    const c = await campaign({}, true)
    await write(c)
    const before = await editor('listPosts', { params: inWs(), query: { campaignId: c.id } })
    const body = { brief: briefFor([tenant.pageId], { product: 'Another thing' }) }
    const changed = await editor('updateCampaign', { params: on(c), ifMatch: 1, body })
    expect(changed).toMatchObject({ version: 2, brief: { product: 'Another thing' } })
    const after = await editor('listPosts', { params: inWs(), query: { campaignId: c.id } })
    expect(after).toEqual(before)
    const stale = editor('updateCampaign', { params: on(c), ifMatch: 1, body: { name: 'X' } })
    await expect(stale).rejects.toMatchObject({ kind: 'stale' })
  })
  it('is found by externalId, by words of its name and page by page', async () => {
    const ids: string[] = []
    for (const n of [1, 2, 3]) {
      const body = { name: `Spring 100% ${n}`, externalId: `x${n}`, brief: briefFor([tenant.pageId]) }
      ids.push((await editor('createCampaign', { params: inWs(), body })).campaign.id)
    }
    const list = (query: object) => editor('listCampaigns', { params: inWs(), query })
    expect((await list({ externalId: 'x2' })).data.map((c) => c.id)).toEqual([ids[1]])
    expect((await list({ q: '100% 3' })).data.map((c) => c.id)).toEqual([ids[2]])
    expect((await list({ q: '100_ 3' })).data).toEqual([])
    const first = await list({ limit: 2 })
    expect(first.data.map((c) => c.id)).toEqual([ids[2], ids[1]])
    const second = await list({ limit: 2, cursor: first.next! })
    expect(second).toMatchObject({ data: [{ id: ids[0] }], next: null })
    await expect(list({ cursor: 'nonsense' })).rejects.toMatchObject({ kind: 'invalid' })
  })
})

describe('an estimate', () => {
  it('says how many posts, on which days, and that the starter writer costs nothing', async () => {
    const body = briefFor([tenant.pageId])
    const found = await editor('estimateCampaign', { params: inWs(), body })
    expect(found).toMatchObject({ posts: 6, writer: 'Starter writer', costMicrosMax: 0 })
    expect(found.days.flatMap((d) => d.times)).toHaveLength(6)
  })
  it('asks the first connection’s prices, and admits when they are not known', async () => {
    await addConnection()
    const body = briefFor([tenant.pageId])
    const unknown = await editor('estimateCampaign', { params: inWs(), body })
    expect(unknown).toMatchObject({ writer: 'Our model', costMicrosMax: null, currency: null })
    const prices = { currency: 'EUR', inputMicrosPerMillion: 200_000, outputMicrosPerMillion: 600_000 }
    await inTx(() => Connection.update({ prices: { ...prices, cachedInputMicrosPerMillion: null } }, { where: {} }))
    const known = await editor('estimateCampaign', { params: inWs(), body })
    expect(known.currency).toBe('EUR')
    expect(known.costMicrosMax).toBeGreaterThan(1000)
  })
})

describe('a run', () => {
  it('writes a draft for every slot, with its writer, and counts what it wrote', async () => {
    const mastodon = await world.addChannel(tenant, { network: 'mastodon', name: 'Toots' })
    const c = await campaign({ channelIds: [tenant.pageId, mastodon] }, true)
    await write(c)
    const done = await editor('getCampaign', { params: on(c) })
    expect(done.run).toMatchObject({ state: 'done', postsPlanned: 6, postsWritten: 6, costMicros: 0 })
    expect(done.counts).toMatchObject({ draft: 6, published: 0 })
    const { data } = await editor('listPosts', {
      params: inWs(),
      query: { runId: c.run!.id, order: 'time' },
    })
    expect(data.map((p) => p.wallTime).every((t) => t! >= '2027-01-11')).toBe(true)
    const post = await editor('getPost', { params: { ...inWs(), postId: data[0]!.id } })
    expect(post.provenance).toMatchObject({ kind: 'starter', model: null, costMicros: 0 })
    expect(post.ownTexts.length).toBeGreaterThan(0)
    expect(post.findings.filter((f) => f.level === 'block')).toEqual([])
  })
  it('done again, step by step, writes nothing twice', async () => {
    const c = await campaign({}, true)
    await write(c)
    const ref = { workspaceId: tenant.workspaceId, runId: c.run!.id }
    await inTx(() => rows(`update runs set state = 'writing' where id = $1 returning id`, [ref.runId]))
    await Promise.all([0, 0, 1].map((i) => draftPost(world.ctx, ref, i)))
    const run = await editor('getRun', { params: { ...on(c), runId: ref.runId } })
    expect(run.postsWritten).toBe(6)
  })
  it('that is stopped keeps what is written and writes no more', async () => {
    const c = await campaign({}, true)
    const ref = { workspaceId: tenant.workspaceId, runId: c.run!.id }
    await planRun(world.ctx, ref)
    await draftPost(world.ctx, ref, 0)
    const stopped = await editor('cancelRun', { params: { ...on(c), runId: ref.runId } })
    expect(stopped).toMatchObject({ state: 'cancelled', reason: 'Stopped by a person.' })
    expect(await draftPost(world.ctx, ref, 1)).toBe(false)
    const again = await editor('createRun', { params: on(c) })
    expect(again).toMatchObject({ number: 2, state: 'planning' })
    await expect(editor('createRun', { params: on(c) })).rejects.toMatchObject({ kind: 'conflict' })
    const { data } = await editor('listRuns', { params: on(c), query: { limit: 1 } })
    expect(data.map((r) => r.number)).toEqual([2])
  })
  it('puts campaign tags on links per network, only when they are on', async () => {
    const mastodon = await world.addChannel(tenant, { network: 'mastodon', name: 'Toots' })
    const utm = { on: true, source: '{network}', medium: 'social', campaign: 'spring' }
    const c = await campaign({ channelIds: [tenant.pageId, mastodon], utm }, true)
    await write(c)
    const texts = await inTx(() =>
      rows<{ own: string }>('select own_texts::text as own from posts where campaign_id = $1', [c.id]),
    )
    const all = texts.map((t) => t.own).join('\n')
    expect(all).toContain('utm_source=page')
    expect(all).toContain('utm_source=mastodon')
    const plain = await campaign({}, true)
    await write(plain)
    const { data } = await editor('listPosts', { params: inWs(), query: { campaignId: plain.id, q: 'utm' } })
    expect(data).toEqual([])
  })
})

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
        Promise.reject(new RouterError('rate_limited', 'The limit is reached.', { retryAfterMs: 9000 })),
    }
    const params = { ...inWs(), postId: data[0]!.id }
    const refused = editor('regeneratePost', { params, body: {} })
    await expect(refused).rejects.toMatchObject({
      kind: 'unreachable',
      detail: 'The limit is reached.',
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
      Delivery.update(
        { state: 'failed', reason: 'content_refused', detail: 'Too long.' },
        { where: { postId: third!.postId } },
      ),
    )
    await world.addChannel(tenant, { network: 'mastodon', name: 'Old friend', state: 'reconnect' })
    const seen = await owner('getToday', { params: inWs() })
    expect(seen.approvals.map((p) => p.id)).toEqual([first!.postId])
    expect(seen.trouble[0]).toMatchObject({ delivery: { detail: 'Too long.' } })
    expect(seen.troubleCount).toBe(1)
    expect(seen.next.map((p) => p.id)).toEqual([second!.postId])
    expect(seen.expiring.map((x) => x.name)).toEqual(['Old friend'])
    expect(seen.steps).toEqual({ page: true, channel: true, post: true })
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
    const { data } = await owner('listDeliveries', { params: inWs(), query: { state: ['cancelled'] } })
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
