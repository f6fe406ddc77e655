/** Runs: one generation of a campaign each. In a unit of work unless said otherwise. */
import type { z } from 'zod'
import type { Run as RunOut } from '#contract/campaigns.ts'
import { Problem } from '#contract/problems.ts'
import type { Context } from './context.ts'
import { rows, type Scope } from './db.ts'
import type { Campaign } from './models/campaign.ts'
import { Run } from './models/run.ts'
import { markDirty } from './outbox-flags.ts'
import { pause } from './pause.ts'
import { runWorkflowId, workflowUrl } from './temporal.ts'
import { writerName } from './writer-access.ts'

/** States in which somebody is writing. */
export const openStates = ['planning', 'writing']

export const runOut = (
  ctx: Pick<Context, 'config'>,
  run: Run,
  viewer: { operator: boolean },
): z.input<typeof RunOut> => ({
  id: run.id,
  campaignId: run.campaignId,
  number: run.number,
  state: run.state as z.input<typeof RunOut>['state'],
  plan: run.plan,
  postsPlanned: run.postsPlanned,
  postsWritten: run.postsWritten,
  writer: run.writer,
  costMicros: run.costMicros,
  currency: run.currency,
  reason: run.reason,
  startedAt: run.startedAt.toISOString(),
  finishedAt: run.finishedAt?.toISOString() ?? null,
  workflowUrl: viewer.operator ? workflowUrl(ctx.config, runWorkflowId(run.id)) : null,
})

/** Begins a run; the outbox starts its workflow after the commit. Throws `conflict` while another one is being written. */
export async function beginRun(
  ctx: Pick<Context, 'now'>,
  campaign: Campaign,
  personId: string | null,
): Promise<Run> {
  const earlier = await Run.findAll({
    where: { campaignId: campaign.id },
    attributes: ['number', 'state'],
  })
  if (earlier.some((r) => openStates.includes(r.state)))
    throw new Problem('conflict', 'This campaign is being written already. Stop that run first.')
  const run = await Run.create({
    workspaceId: campaign.workspaceId,
    campaignId: campaign.id,
    number: Math.max(0, ...earlier.map((r) => r.number)) + 1,
    state: 'planning',
    writer: await writerName(campaign.workspaceId),
    // Nothing has been bought yet; each answer adds what it cost, and an unknown cost makes the sum unknown.
    costMicros: 0,
    startedBy: personId,
    startedAt: ctx.now(),
  })
  await markDirty('run', run.id, campaign.workspaceId)
  return run
}

/** Stops a run; what is written stays. One that has ended already stays as it ended. */
export async function stopRun(ctx: Pick<Context, 'now'>, run: Run): Promise<void> {
  if (!openStates.includes(run.state)) return
  await run.update({ state: 'cancelled', reason: 'Stopped by a person.', finishedAt: ctx.now() })
  await markDirty('run', run.id, run.workspaceId)
}

export async function findRun(
  params: { workspaceId: string; campaignId: string; runId: string },
  options: { lock?: boolean } = {},
): Promise<Run> {
  const { workspaceId, campaignId, runId: id } = params
  const run = await Run.findOne({ where: { id, workspaceId, campaignId }, ...options })
  if (!run) throw new Problem('not_found', 'This run is gone.')
  return run
}

/** The newest run of each campaign. */
export async function latestRuns(campaignIds: string[]): Promise<Map<string, Run>> {
  if (campaignIds.length === 0) return new Map()
  const newest = await rows<{ id: string }>(
    `select distinct on (campaign_id) id from runs where campaign_id = any($1::uuid[]) order by campaign_id, number desc`,
    [campaignIds],
  )
  const runs = await Run.findAll({ where: { id: newest.map((r) => r.id) } })
  return new Map(runs.map((r) => [r.campaignId, r]))
}

const lookEveryMs = 250

/** Waits for a run's end, `seconds` at most. Outside any unit of work: each look has a short one of its own. */
export async function waitForRun(
  ctx: Pick<Context, 'db'>,
  scope: Scope,
  runId: string,
  seconds: number,
): Promise<void> {
  const until = performance.now() + seconds * 1000
  while (performance.now() < until) {
    const run = await ctx.db.tx(scope, () => Run.findByPk(runId, { attributes: ['state'] }))
    if (!run || !openStates.includes(run.state)) return
    await pause(lookEveryMs)
  }
}
