/** Writing a campaign again: what becomes of the posts that are there. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { InputOf, OutputOf } from '#contract/client.ts'
import { draftPost, end, planRun } from '../../../core/generation/generation.ts'
import { addKey, callsAs } from '../../support/calls.ts'
import { hire, workHandlers, words, type Staff } from '../../support/staff.ts'
import { createWorld, type World } from '../../support/world.ts'
import { briefFor, starterRouter } from '../../support/writing.ts'

type Run = OutputOf<'createRun'>

const now = () => new Date('2027-01-04T08:00:00Z')
let world: World
let staff: Staff
let campaignId: string

beforeAll(async () => {
  world = await createWorld({ overrides: { now, llm: starterRouter(now) } })
})
afterAll(() => world[Symbol.asyncDispose]())

beforeEach(async () => {
  staff = await hire(world)
  const body = { brief: briefFor([staff.tenant.pageId]), generate: true }
  const { run } = await staff.editor('createCampaign', { params: staff.ws, body })
  campaignId = run!.campaignId
  await write(run!)
})

const on = () => ({ ...staff.ws, campaignId })
/** Does what the workflow does, step by step. */
async function write(run: Pick<Run, 'id'>): Promise<void> {
  const ref = { workspaceId: staff.tenant.workspaceId, runId: run.id }
  const posts = await planRun(world.ctx, ref)
  for (let i = 0; i < (posts ?? 0); i += 1) await draftPost(world.ctx, ref, i)
  await end(world.ctx, ref, 'done', null)
}
const again = async (body: InputOf<'createRun'>['body'], call = staff.owner) => {
  const run = await call('createRun', { params: on(), body })
  await write(run)
  return call('getRun', { params: { ...on(), runId: run.id } })
}
const posts = async () =>
  (await staff.owner('listPosts', { params: staff.ws, query: { campaignId, order: 'time' } })).data
const timesOf = (list: { wallTime: string | null }[]) => list.map((p) => p.wallTime)

describe('a campaign that is written again', () => {
  it('gets a second set beside the first unless something else is asked', async () => {
    const before = await posts()
    expect(await again({})).toMatchObject({ number: 2, postsWritten: before.length })
    expect(await posts()).toHaveLength(2 * before.length)
  })

  it('has its drafts replaced in one step; what is approved or was added by people stays, with its time to itself', async () => {
    const [first, second, ...others] = await posts()
    const approval = { posts: [{ postId: first!.id, contentVersion: 1 }], schedule: true }
    await staff.owner('approvePosts', { params: staff.ws, body: approval })
    const body = { content: words('By hand.'), campaignId, channelIds: [staff.tenant.pageId] }
    const added = await staff.editor('createPost', { params: staff.ws, body })
    const run = await again({ drafts: 'replace' })
    expect(run).toMatchObject({ number: 2, postsPlanned: others.length + 1 })
    const after = await posts()
    const ids = after.map((p) => p.id)
    expect(ids).toContain(first!.id)
    expect(ids).toContain(added.id)
    for (const gone of [second!, ...others]) expect(ids).not.toContain(gone.id)
    const timed = after.filter((p) => p.wallTime !== null)
    expect(timesOf(timed)).toEqual(timesOf([first!, second!, ...others]))
    const { plan } = run
    expect(plan!.weeks.map((w) => w.posts).reduce((a, b) => a + b)).toBe(others.length + 1)
  })

  it('has only its gaps filled, also where a post was moved away', async () => {
    const [moved, gone, ...others] = await posts()
    await staff.owner('deletePost', { params: staff.on(gone!) })
    const when = { wallTime: '2027-01-24T21:00', timeZone: 'Europe/Berlin' }
    const move = { moves: [{ postId: moved!.id, when }] }
    await staff.owner('movePosts', { params: staff.ws, body: move })
    expect(await again({ drafts: 'fill' })).toMatchObject({ postsWritten: 1 })
    expect(timesOf(await posts())).toContain(gone!.wallTime)
    expect(await posts()).toHaveLength(others.length + 2)
    await expect(again({ drafts: 'fill' })).rejects.toMatchObject({ kind: 'conflict' })
  })

  it('keeps its drafts when the new run cannot begin', async () => {
    const before = await posts()
    await staff.owner('createRun', { params: on(), body: {} })
    const refused = staff.owner('createRun', { params: on(), body: { drafts: 'replace' } })
    await expect(refused).rejects.toMatchObject({ kind: 'conflict' })
    expect(await posts()).toEqual(before)
  })

  it('has its drafts replaced by nobody who may not delete them', async () => {
    const before = await posts()
    const body = { drafts: 'replace' } as const
    const editor = staff.editor('createRun', { params: on(), body })
    await expect(editor).rejects.toMatchObject({ kind: 'forbidden' })
    const key = await addKey(world.ctx, staff.ws.workspaceId, staff.tenant.personId, false)
    const byKey = callsAs(world.ctx, workHandlers, key)('createRun', { params: on(), body })
    await expect(byKey).rejects.toMatchObject({ kind: 'forbidden' })
    expect(await posts()).toEqual(before)
  })
})
