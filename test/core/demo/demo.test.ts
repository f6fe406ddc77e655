import { WorkflowNotFoundError } from '@temporalio/client'
import pg from 'pg'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { handlers } from '../../../api/handlers.ts'
import { rows } from '../../../core/platform/db.ts'
import { makeDemo } from '../../../core/demo/demo.ts'
import { dispatchDue } from '../../../core/platform/outbox.ts'
import { publicPosts } from '../../../core/page/public-posts.ts'
import { callsAs, personActor, type Call } from '../../support/calls.ts'
import { adminUrlOf } from '../../support/database.ts'
import { createWorld, eventually, type Tenant, type World } from '../../support/world.ts'
import { starterRouter } from '../../support/writing.ts'

let world: World
let tenant: Tenant
let owner: Call
let workspaceId: string

beforeAll(async () => {
  world = await createWorld({ overrides: { llm: starterRouter(() => new Date()) } })
  tenant = await world.addTenant()
  owner = callsAs(world.ctx, handlers, personActor(tenant.personId))
  workspaceId = await makeDemo(world.ctx, tenant.personId)
})
afterAll(() => world[Symbol.asyncDispose]())

const inDemo = <T extends object>(sql: string) =>
  world.ctx.db.tx({ workspace: workspaceId, person: tenant.personId }, () => rows<T>(sql))

describe('the demo workspace', () => {
  it('is marked as one and belongs to whoever runs the instance', async () => {
    const { data } = await owner('listWorkspaces', {})
    const demo = data.find((w) => w.demo)
    expect(demo).toMatchObject({ id: workspaceId, role: 'owner', page: { on: true } })
  })
  it('has several channels and posts in every state that lasts', async () => {
    const { data } = await owner('listChannels', { params: { workspaceId } })
    expect(data.map((c) => [c.name, c.state])).toEqual([
      ['Ridgeline news', 'active'],
      ['Ridgeline shop', 'active'],
      ['Ridgeline hut', 'active'],
    ])
    const shown = await inDemo<{ shown: string; count: number }>(
      'select shown, count(*)::int as count from posts group by shown',
    )
    const counts = Object.fromEntries(shown.map((s) => [s.shown, s.count]))
    expect(Object.keys(counts).sort()).toEqual([
      ...['approved', 'changes_requested', 'draft', 'failed', 'in_review', 'missed'],
      ...['published', 'scheduled', 'taken_down', 'unconfirmed'],
    ])
    expect(counts.published).toBeGreaterThan(15)
    expect(counts.in_review).toBeGreaterThan(5)
  })
  it('was led to each state by the ledger: moves in order, attempts for what was sent', async () => {
    const deliveries = await inDemo<{ id: string; state: string; attempt: number; moves: any[] }>(
      `select d.id, d.state, d.attempt, (select json_agg(json_build_array(from_state, to_state) order by at, id) from moves where delivery_id = d.id) as moves from deliveries d`,
    )
    for (const { state, moves } of deliveries) {
      expect(moves[0][0]).toBeNull()
      expect(moves.at(-1)[1]).toBe(state)
      for (let i = 1; i < moves.length; i++) expect(moves[i][0]).toBe(moves[i - 1][1])
    }
    const [sent] = await inDemo<{ sent: number; attempts: number; late: number }>(
      `select (select count(*)::int from deliveries where state in ('published', 'failed', 'unconfirmed', 'taken_down')) as sent,
         (select count(*)::int from attempts) as attempts,
         (select count(*)::int from posts where created_at > publish_at) as late`,
    )
    expect(sent!.attempts).toBe(sent!.sent)
    expect(sent!.late).toBe(0)
  })
  it('says why the one that failed did, and what to do', async () => {
    const { trouble } = await owner('getToday', { params: { workspaceId } })
    expect(trouble.map((t) => t.delivery.state).sort()).toEqual(['failed', 'missed', 'unconfirmed'])
    const failed = trouble.find((t) => t.delivery.state === 'failed')
    expect(failed?.delivery).toMatchObject({ reason: 'media_refused', attempt: 1 })
    expect(failed?.delivery.detail).toContain('Example')
  })
  it('has a campaign that waits for approval, and one that runs', async () => {
    const { data } = await owner('listCampaigns', { params: { workspaceId }, query: {} })
    expect(data.map((c) => [c.name, c.run?.state])).toEqual(
      expect.arrayContaining([
        ['Winter in the hut', 'done'],
        ['The 40L, all autumn', 'done'],
      ]),
    )
    const waiting = data.find((c) => c.name === 'Winter in the hut')!
    expect(waiting.counts).toMatchObject({ scheduled: 0, published: 0 })
    expect(waiting.counts.draft).toBe(waiting.run!.postsWritten)
  })
  it('shows on its page what was published, newest first, and nothing that is yet to come', async () => {
    const posts = await publicPosts(world.ctx, workspaceId, { limit: 100 })
    const [published] = await inDemo<{ n: number }>(
      `select count(*)::int as n from deliveries where state = 'published'`,
    )
    expect(posts).toHaveLength(published!.n)
    expect(posts.every((p) => p.publishedAt <= new Date())).toBe(true)
  })
  it('mails nobody, and leaves what comes to the worker', async () => {
    expect(await inDemo('select 1 from mails')).toEqual([])
    const [flags] = await inDemo<{ outbox: number; scheduled: number }>(
      `select (select count(*)::int from outbox where kind = 'post') as outbox,
         (select count(distinct post_id)::int from deliveries where state = 'scheduled') as scheduled`,
    )
    expect(flags!.outbox).toBe(flags!.scheduled + 1) // and the cancelled one
  })
})

const isGone = async (workflowId: string, runId: string): Promise<boolean> => {
  const handle = world.ctx.temporal.client.workflow.getHandle(workflowId, runId)
  return handle.describe().then(
    () => false,
    (error: unknown) => error instanceof WorkflowNotFoundError,
  )
}

describe('ending the demo', () => {
  it('is refused for any other workspace', async () => {
    const params = { workspaceId: tenant.workspaceId }
    await expect(owner('wipeDemo', { params })).rejects.toMatchObject({ kind: 'conflict' })
  })
  it('leaves no row behind, and no workflow history', async () => {
    await dispatchDue(world.ctx)
    const started = await inDemo<{ workflow_id: string; run_id: string }>(
      'select workflow_id, run_id from workflow_runs',
    )
    expect(started.length).toBeGreaterThan(3)
    await owner('wipeDemo', { params: { workspaceId } })
    await dispatchDue(world.ctx)
    for (const { workflow_id, run_id } of started)
      await eventually(() => isGone(workflow_id, run_id))
    const admin = new pg.Client({ connectionString: adminUrlOf(world.config.databaseUrl) })
    await admin.connect()
    const { rows: tables } = await admin.query<{ t: string }>(
      `select table_name as t from information_schema.columns where column_name = 'workspace_id' and table_schema = 'public'`,
    )
    const left: Record<string, number> = {}
    for (const { t } of tables) {
      const found = await admin.query(`select 1 from ${t} where workspace_id = $1`, [workspaceId])
      if (found.rowCount) left[t] = found.rowCount
    }
    await admin.end()
    // Events carry ids alone and go after a day.
    delete left.events
    // What no row names any more is swept from the store, and its row with it.
    delete left.files
    expect(left).toEqual({})
    const { data } = await owner('listWorkspaces', {})
    expect(data.map((w) => w.id)).toEqual([tenant.workspaceId])
  })
})
