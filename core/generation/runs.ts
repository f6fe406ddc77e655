/** Runs: one generation of a campaign each. In a unit of work unless said otherwise. */
import type { WriterChoice } from '#contract/connections/connections.ts'
import { Problem } from '#contract/platform/problems.ts'
import type { Context } from '../platform/context.ts'
import { rows, type Scope } from '../platform/db.ts'
import type { Campaign } from '../campaigns/models/campaign.ts'
import { Run } from './models/run.ts'
import { markDirty } from '../platform/outbox-flags.ts'
import { pause } from '../platform/pause.ts'
import { writerName } from '../connections/access.ts'
import type { Slot } from '../writer/types.ts'

/** Of a run that nothing keeps from going on. */
export const notStuck = { stuckWriter: null, askedAgainAt: null }

/** States in which somebody is writing. */
export const openStates = ['planning', 'writing']

/** Begins a run; the outbox starts its workflow after the commit. `slots`: what it writes; absent: all that the brief has. Throws `conflict` while another one is being written. */
export async function beginRun(
  ctx: Pick<Context, 'now'>,
  campaign: Campaign,
  personId: string | null,
  { slots = [], writer = 'usual' }: { slots?: Slot[]; writer?: WriterChoice } = {},
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
    slots,
    byStarter: writer === 'starter',
    writer: await writerName(campaign.workspaceId, writer),
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
  const reason = 'Stopped by a person.'
  await run.update({ state: 'cancelled', reason, ...notStuck, finishedAt: ctx.now() })
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
