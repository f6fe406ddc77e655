import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { OutputOf } from '#contract/client.ts'
import { draftPost, planRun } from '../../../core/generation/generation.ts'
import { Connection } from '../../../core/connections/models/connection.ts'
import { connectionKey } from '../../../core/connections/access.ts'
import { createWriterRouter } from '../../../core/writer/router.ts'
import { createGenerateActivities } from '../../../activities/generation/generate.ts'
import { uuidv7 } from '../../../core/platform/uuid.ts'
import { askAdmin } from '../../support/database.ts'
import { startMockProvider, type MockProvider } from '../../support/mock-provider.ts'
import { hire, type Staff } from '../../support/staff.ts'
import { createWorld, type World } from '../../support/world.ts'
import { briefFor } from '../../support/writing.ts'

const now = () => new Date('2027-01-04T08:00:00Z')
const themes = { weeks: [1, 2].map((n) => ({ theme: `Week ${n}`, angle: 'curiosity' })) }
const draft = (text: string, own: object[] = []) => ({ segments: [text], own, notes: [] })
const usage = { prompt_tokens: 1000, completion_tokens: 100, total_tokens: 1100 }

let provider: MockProvider
let world: World
let staff: Staff

beforeAll(async () => {
  provider = await startMockProvider()
  world = await createWorld({
    overrides: { now, llm: createWriterRouter({ fetch, now }) },
    env: { TEMPORAL_UI_URL: 'http://127.0.0.1:8233' },
  })
})
afterAll(async () => {
  await world[Symbol.asyncDispose]()
  await provider[Symbol.asyncDispose]()
})
beforeEach(async () => {
  staff = await hire(world)
  provider.seen.length = 0
})

async function addConnection(isOn: boolean, other: Partial<Connection> = {}): Promise<void> {
  const id = uuidv7()
  const { workspaceId } = staff.tenant
  await staff.inTx(() =>
    Connection.create({
      id,
      workspaceId,
      name: 'House model',
      adapter: 'openai',
      model: 'small-1',
      baseUrl: provider.url,
      isOn,
      position: 2,
      ...other,
      sealedKey: world.ctx.vault.seal(connectionKey(id), 'sk-secret'),
      terms: {
        processor: 'House',
        region: 'eu',
        retentionDays: 0,
        trainsOnInput: 'no',
        dpaSignedAt: '2026-12-01',
        evidenceUrl: null,
      },
      prices: {
        currency: 'EUR',
        inputMicrosPerMillion: 1_000_000,
        outputMicrosPerMillion: 10_000_000,
        cachedInputMicrosPerMillion: null,
      },
    }),
  )
}

async function begin(): Promise<{ runId: string; campaignId: string; workspaceId: string }> {
  const { run } = await staff.owner('createCampaign', {
    params: staff.ws,
    body: { brief: briefFor([staff.tenant.pageId]), generate: true },
  })
  return { ...staff.ws, runId: run!.id, campaignId: run!.campaignId }
}
const runOf = (ref: { runId: string; campaignId: string }): Promise<OutputOf<'getRun'>> =>
  staff.owner('getRun', { params: { ...staff.ws, ...ref } })

describe('a campaign written by a model', () => {
  it('says on each draft who wrote it, where that runs and what it cost, and sums the cost', async () => {
    await addConnection(true)
    provider.script(
      { content: themes, usage },
      { content: draft('Sewn in Porto, made to be carried.'), usage },
      { content: draft('Repairs are free for five years.'), usage },
    )
    const ref = await begin()
    expect(await planRun(world.ctx, ref)).toBe(6)
    await draftPost(world.ctx, ref, 0)
    await draftPost(world.ctx, ref, 1)
    expect(await runOf(ref)).toMatchObject({
      writer: 'House model',
      postsWritten: 2,
      costMicros: 6000,
      currency: 'EUR',
    })
    const { data } = await staff.owner('listPosts', {
      params: staff.ws,
      query: { runId: ref.runId },
    })
    const post = await staff.owner('getPost', { params: staff.on(data[0]!) })
    expect(post.provenance).toMatchObject({
      writer: 'House model',
      kind: 'model',
      model: 'small-1',
      region: 'eu',
      retentionDays: 0,
      costMicros: 2000,
      currency: 'EUR',
    })
    expect(provider.seen[0]!.headers.authorization).toBe('Bearer sk-secret')
    const asked = provider.seen[2]!.body.messages.map((m) => m.content).join('\n')
    expect(asked).toContain('Sewn in Porto, made to be carried.')
  })

  it('names every provider that wrote, where one goes on for another', async () => {
    await using busy = await startMockProvider(
      { content: themes, usage },
      { status: 503, error: 'busy' },
    )
    await addConnection(true, { name: 'Busy model', baseUrl: busy.url, position: 1 })
    await addConnection(true)
    provider.script({ content: draft('Sewn in Porto.'), usage }, { content: draft('Repaired.') })
    const ref = await begin()
    await planRun(world.ctx, ref)
    expect(await runOf(ref)).toMatchObject({ writer: 'Busy model' })
    await draftPost(world.ctx, ref, 0)
    await draftPost(world.ctx, ref, 1)
    expect(await runOf(ref)).toMatchObject({ writer: 'Busy model, House model', postsWritten: 2 })
  })

  it('stores what the model made up as blocking findings, and such a post cannot be approved', async () => {
    await addConnection(true)
    const invented = draft('Rated 5 stars by 2,000 customers! https://fake.example')
    provider.script({ content: themes, usage }, { content: invented, usage })
    const ref = await begin()
    await planRun(world.ctx, ref)
    await draftPost(world.ctx, ref, 0)
    const { data } = await staff.owner('listPosts', { params: staff.ws })
    expect(data[0]!.blocked).toBe(true)
    const body = { contentVersion: 1 }
    const refused = staff.owner('approvePost', { params: staff.on(data[0]!), body })
    await expect(refused).rejects.toMatchObject({ kind: 'conflict' })
  })

  it('never reaches a provider that is not switched on', async () => {
    await addConnection(false)
    const ref = await begin()
    await planRun(world.ctx, ref)
    await draftPost(world.ctx, ref, 0)
    expect(provider.seen).toEqual([])
    expect((await runOf(ref)).writer).toBe('Starter writer')
  })

  it('ends with the provider’s reason when only a person can mend it, and never falls back unasked', async () => {
    await addConnection(true)
    provider.script({ status: 401, error: { error: { message: 'no', code: 'invalid_api_key' } } })
    const ref = await begin()
    const activities = createGenerateActivities(world.ctx)
    // No plan, so no draft: the run has ended.
    expect(await activities.draftPost({ ...ref, slotIndex: 0 })).toBe(false)
    await expect(planRun(world.ctx, ref)).rejects.toMatchObject({ kind: 'credential' })
    const { data } = await staff.owner('listPosts', { params: staff.ws })
    expect(data).toEqual([])
  })

  it('is written by the starter writer when a person says so, and no provider sees the brief', async () => {
    await addConnection(true)
    provider.script({ status: 401, error: { error: { message: 'no', code: 'invalid_api_key' } } })
    const { campaignId } = await begin()
    const params = { ...staff.ws, campaignId }
    const [first] = (await staff.owner('listRuns', { params })).data
    await staff.owner('cancelRun', { params: { ...params, runId: first!.id } })
    const body = { writer: 'starter' } as const
    const run = await staff.editor('createRun', { params, body })
    expect(run.writer).toBe('Starter writer')
    const ref = { ...staff.ws, runId: run.id }
    expect(await planRun(world.ctx, ref)).toBe(6)
    await draftPost(world.ctx, ref, 0)
    expect(provider.seen).toEqual([])
    const { data } = await staff.owner('listPosts', { params: staff.ws })
    const post = await staff.owner('getPost', { params: staff.on(data[0]!) })
    expect(post.provenance.kind).toBe('starter')
  })
})

describe('a post that is written anew', () => {
  it('names the provider that refuses, and goes to the starter writer only when a person says so', async () => {
    const ref = await begin()
    await planRun(world.ctx, ref)
    await draftPost(world.ctx, ref, 0)
    await addConnection(true)
    provider.script({ status: 401, error: { error: { message: 'no', code: 'invalid_api_key' } } })
    const { data } = await staff.owner('listPosts', { params: staff.ws })
    const params = staff.on(data[0]!)
    const refused = staff.editor('regeneratePost', { params, body: { remark: 'shorter' } })
    await expect(refused).rejects.toMatchObject({
      kind: 'refused_upstream',
      detail: 'House model does not accept the key.',
    })
    const asked = provider.seen.length
    const body = { remark: 'shorter', writer: 'starter' } as const
    const post = await staff.editor('regeneratePost', { params, body })
    expect(post).toMatchObject({ contentVersion: 2, provenance: { kind: 'starter' } })
    expect(provider.seen).toHaveLength(asked)
  })

  it('says until when a provider rests', async () => {
    const ref = await begin()
    await planRun(world.ctx, ref)
    await draftPost(world.ctx, ref, 0)
    await addConnection(true)
    provider.script({ status: 503, error: {} })
    const { data } = await staff.owner('listPosts', { params: staff.ws })
    const ask = () => staff.editor('regeneratePost', { params: staff.on(data[0]!), body: {} })
    await expect(ask()).rejects.toMatchObject({ kind: 'unreachable' })
    await expect(ask()).rejects.toThrow(
      /^House model does not answer at the moment\. It can be asked again at 08:01 \(Europe\/London\)\.$/,
    )
  })
})

describe('deleting', () => {
  it('a campaign takes its runs and posts along, and what is being written stops', async () => {
    const ref = await begin()
    await planRun(world.ctx, ref)
    await draftPost(world.ctx, ref, 0)
    const params = { ...staff.ws, campaignId: ref.campaignId }
    await expect(staff.editor('deleteCampaign', { params })).rejects.toMatchObject({
      kind: 'forbidden',
    })
    const { left } = await staff.owner('deleteCampaign', { params })
    expect(left).toEqual([])
    expect(await draftPost(world.ctx, ref, 1)).toBe(false)
    const { data } = await staff.owner('listPosts', { params: staff.ws })
    expect(data).toEqual([])
    await expect(staff.owner('getCampaign', { params })).rejects.toMatchObject({
      kind: 'not_found',
    })
  })
  it('a run leaves the campaign and its other runs', async () => {
    const ref = await begin()
    await planRun(world.ctx, ref)
    await draftPost(world.ctx, ref, 0)
    await staff.owner('deleteRun', { params: { ...staff.ws, ...ref } })
    const kept = await staff.owner('getCampaign', {
      params: { ...staff.ws, campaignId: ref.campaignId },
    })
    expect(kept).toMatchObject({ run: null, counts: { draft: 0 } })
  })
  it('a post is for good', async () => {
    const post = await staff.draft(staff.editor, { when: undefined })
    await staff.owner('deletePost', { params: staff.on(post) })
    const gone = staff.owner('getPost', { params: staff.on(post) })
    await expect(gone).rejects.toMatchObject({ kind: 'not_found' })
  })
})

describe('links to workflows', () => {
  it('are for operators alone', async () => {
    const ref = await begin()
    expect((await runOf(ref)).workflowUrl).toBeNull()
    const { personId } = staff.tenant
    const toOperator = 'update persons set operator = true where id = $1'
    await askAdmin(world.config.databaseUrl, toOperator, [personId])
    expect((await runOf(ref)).workflowUrl).toContain(encodeURIComponent(`run:${ref.runId}`))
  })
})
