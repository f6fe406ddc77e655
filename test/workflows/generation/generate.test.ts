import { afterAll, beforeAll, beforeEach, describe, expect, inject, it } from 'vitest'
import type { OutputOf } from '#contract/client.ts'
import { campaignsHandlers } from '../../../api/campaigns/campaigns.ts'
import { postListsHandlers } from '../../../api/posts/lists.ts'
import { runsHandlers } from '../../../api/generation/runs.ts'
import { rows } from '../../../core/platform/db.ts'
import { sweepRuns } from '../../../core/generation/run-sweep.ts'
import { runWorkflowId } from '../../../core/platform/temporal.ts'
import { RouterError } from '../../../llm/errors.ts'
import type { Router } from '../../../llm/types.ts'
import { answerOf, callsAs, personActor, type Call } from '../../support/calls.ts'
import { createWorld, eventually, type Tenant, type World } from '../../support/world.ts'
import { recordHistory } from '../../support/histories.ts'
import { briefFor, gated, starterRouter } from '../../support/writing.ts'

const handlers = { ...campaignsHandlers, ...runsHandlers, ...postListsHandlers }
type Run = OutputOf<'getRun'>
const now = () => new Date('2027-01-04T08:00:00Z')

describe.skipIf(!inject('temporalAddress'))('the workflow that writes a campaign', () => {
  let world: World
  let tenant: Tenant
  let call: Call
  const starter = starterRouter(now)

  beforeAll(async () => {
    world = await createWorld({ overrides: { now, llm: starter } })
    await world.work()
  })
  afterAll(() => world[Symbol.asyncDispose]())
  beforeEach(async () => {
    world.ctx.llm = starter
    tenant = await world.addTenant('owner')
    call = callsAs(world.ctx, handlers, personActor(tenant.personId))
  })

  const inWs = () => ({ workspaceId: tenant.workspaceId })
  const body = () => ({ brief: briefFor([tenant.pageId]), generate: true })
  const runOf = (run: Run) =>
    call('getRun', { params: { ...inWs(), campaignId: run.campaignId, runId: run.id } })
  const begin = async () => (await call('createCampaign', { params: inWs(), body: body() })).run!
  const keep = async (run: Run, name: string) => {
    const workflowId = runWorkflowId(run.id)
    await eventually(async () => !(await world.ctx.temporal.isRunning(workflowId)))
    await recordHistory(world.ctx.temporal.client, 'generateCampaign', name, workflowId)
  }
  const written = async (run: Run) =>
    (await call('listPosts', { params: inWs(), query: { runId: run.id } })).data.length

  it('answers 201 with the whole campaign to who waits for it', async () => {
    const answer = await answerOf(
      world.ctx,
      handlers,
      personActor(tenant.personId),
      'createCampaign',
      { params: inWs(), query: { wait: 15 }, body: body() },
    )
    expect(answer.status).toBe(201)
    expect(answer.body).toMatchObject({ run: { state: 'done', postsWritten: 6 } })
  })

  it('puts a slow provider’s first draft on the page before it asks for the second', async () => {
    const gate = gated(starter)
    world.ctx.llm = gate.router
    const run = await begin()
    await eventually(async () => gate.asked.length === 2)
    expect(gate.asked).toEqual(['plan', 'draft'])
    expect(await runOf(run)).toMatchObject({ state: 'writing', postsPlanned: 6, postsWritten: 0 })
    gate.open(1)
    await eventually(async () => gate.asked.length === 3)
    expect(await written(run)).toBe(1)
    gate.open(5)
    const done = await eventually(async () => {
      const now = await runOf(run)
      return now.state === 'done' && now
    })
    expect(done).toMatchObject({ postsWritten: 6, reason: null, stuck: null })
  })

  it('stops when a person stops it, and keeps what is written', async () => {
    const gate = gated(starter)
    world.ctx.llm = gate.router
    const run = await begin()
    gate.open(2)
    await eventually(async () => gate.asked.length === 4)
    await call('cancelRun', { params: { ...inWs(), campaignId: run.campaignId, runId: run.id } })
    gate.open(1)
    await eventually(async () => !(await world.ctx.temporal.isRunning(runWorkflowId(run.id))))
    expect(await runOf(run)).toMatchObject({ state: 'cancelled', postsWritten: 2 })
    expect(await written(run)).toBe(2)
  })

  it('waits as long as a provider asks, says so, and goes on by itself', async () => {
    let refusals = 1
    world.ctx.llm = refusing(starter, () =>
      refusals-- > 0
        ? new RouterError('rate_limited', 'The limit is reached.', {
            retryAfterMs: 1500,
            connection: 'House model',
          })
        : null,
    )
    const run = await begin()
    const waiting = await eventually(async () => {
      const now = await runOf(run)
      return now.reason !== null && now
    })
    expect(waiting).toMatchObject({
      reason: 'The limit is reached. Writing goes on by itself.',
      stuck: { writer: 'House model', askedAgainAt: expect.any(String) as string },
    })
    const done = await eventually(async () => {
      const now = await runOf(run)
      return now.state === 'done' && now
    })
    expect(done).toMatchObject({ postsWritten: 6, reason: null })
  })

  it('ends with the reason in plain words when only a person can help', async () => {
    world.ctx.llm = refusing(
      starter,
      () =>
        new RouterError('credential', 'House model does not accept the key.', {
          connection: 'House model',
        }),
    )
    const run = await begin()
    const failed = await eventually(async () => {
      const now = await runOf(run)
      return now.state === 'failed' && now
    })
    expect(failed).toMatchObject({
      postsWritten: 0,
      reason: 'House model does not accept the key.',
      stuck: { writer: 'House model', askedAgainAt: null },
    })
    expect(failed.finishedAt).not.toBeNull()
    await keep(run, 'failed')
  })

  it('is settled when an operator cancels it', async () => {
    const gate = gated(starter)
    world.ctx.llm = gate.router
    const run = await begin()
    await eventually(async () => gate.asked.length === 2)
    await world.ctx.temporal.cancel(runWorkflowId(run.id))
    const ended = await eventually(async () => {
      const now = await runOf(run)
      return now.state === 'cancelled' && now
    })
    expect(ended.reason).toBe('Stopped by an operator.')
    gate.open(10)
    await keep(run, 'cancelled')
  })

  it('goes on where it was when an operator terminates it', async () => {
    const gate = gated(starter)
    world.ctx.llm = gate.router
    const run = await begin()
    gate.open(1)
    await eventually(async () => gate.asked.length === 3)
    await world.ctx.temporal.terminate(runWorkflowId(run.id), 'by an operator')
    await world.ctx.db.tx({ workspace: tenant.workspaceId }, () =>
      rows(`update runs set updated_at = '2020-01-01' where id = $1 returning id`, [run.id]),
    )
    expect(await sweepRuns(world.ctx)).toBe(1)
    gate.open(20)
    const done = await eventually(async () => {
      const now = await runOf(run)
      return now.state === 'done' && now
    })
    expect(done.postsWritten).toBe(6)
    expect(await written(run)).toBe(6)
  })

  it('leaves ids and numbers alone in its history', async () => {
    const run = await begin()
    await eventually(async () => (await runOf(run)).state === 'done')
    const handle = world.ctx.temporal.client.workflow.getHandle(runWorkflowId(run.id))
    const history = await eventually(async () => {
      const { events } = await handle.fetchHistory()
      return events?.some((e) => e.workflowExecutionCompletedEventAttributes) && events
    })
    const texts = JSON.stringify(history, (_, v) =>
      v instanceof Uint8Array ? Buffer.from(v).toString() : v,
    )
    expect(texts).toContain(run.id)
    for (const canary of ['Ridgeline', 'recycled', 'Porto']) expect(texts).not.toContain(canary)
    const known = await world.ctx.db.tx({ workspace: tenant.workspaceId }, () =>
      rows('select run_id from workflow_runs where campaign_run_id = $1', [run.id]),
    )
    expect(known).toHaveLength(1)
    await keep(run, 'done')
  })
})

/** The writer, refusing as long as there is something to refuse with. */
function refusing(inner: Router, refusal: () => RouterError | null): Router {
  return {
    test: inner.test,
    async answer(call) {
      const error = call.task === 'draft' ? refusal() : null
      if (error) throw error
      return inner.answer(call)
    },
  }
}
