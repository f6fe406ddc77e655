import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { OutputOf } from '#contract/client.ts'
import { rows } from '../../../core/platform/db.ts'
import { draftPost, end, planRun } from '../../../core/generation/generation.ts'
import { Connection } from '../../../core/connections/models/connection.ts'
import { answerOf, personActor, type Call } from '../../support/calls.ts'
import { hire, workHandlers, type Staff } from '../../support/staff.ts'
import { createWorld, type Tenant, type World } from '../../support/world.ts'
import { briefFor, starterRouter } from '../../support/writing.ts'

type Campaign = OutputOf<'getCampaign'>

let world: World
let now: Date
let staff: Staff
let tenant: Tenant
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
  ;({ tenant, editor } = staff)
})

const inWs = () => ({ workspaceId: tenant.workspaceId })
const inTx = <T>(fn: () => Promise<T>) => staff.inTx(fn)

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
      workspaceId: tenant.workspaceId,
      name: 'Our model',
      adapter: 'openai',
      model: 'small',
      baseUrl: 'http://127.0.0.1:1/v1',
      terms: {
        processor: 'Us',
        region: 'self',
        retentionDays: 0,
        trainsOnInput: 'no',
        dpaSignedAt: null,
        evidenceUrl: null,
      },
      isOn: true,
      position: 1,
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
      workHandlers,
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
      errors: [
        { pointer: '/brief/to', detail: 'No day of this campaign is left. Choose a later end.' },
      ],
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
      const body = {
        name: `Spring 100% ${n}`,
        externalId: `x${n}`,
        brief: briefFor([tenant.pageId]),
      }
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
    const prices = {
      currency: 'EUR',
      inputMicrosPerMillion: 200_000,
      outputMicrosPerMillion: 600_000,
    }
    await inTx(() =>
      Connection.update(
        { prices: { ...prices, cachedInputMicrosPerMillion: null } },
        { where: {} },
      ),
    )
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
    expect(done.run).toMatchObject({
      state: 'done',
      postsPlanned: 6,
      postsWritten: 6,
      costMicros: 0,
    })
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
    await inTx(() =>
      rows(`update runs set state = 'writing' where id = $1 returning id`, [ref.runId]),
    )
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
      rows<{ own: string }>('select own_texts::text as own from posts where campaign_id = $1', [
        c.id,
      ]),
    )
    const all = texts.map((t) => t.own).join('\n')
    expect(all).toContain('utm_source=page')
    expect(all).toContain('utm_source=mastodon')
    const plain = await campaign({}, true)
    await write(plain)
    const { data } = await editor('listPosts', {
      params: inWs(),
      query: { campaignId: plain.id, q: 'utm' },
    })
    expect(data).toEqual([])
  })
})
