/** Campaigns and their runs as people see them. In a unit of work. */
import type { z } from 'zod'
import type { Campaign as CampaignOut, Run as RunOut } from '#contract/campaigns/campaigns.ts'
import type { Campaign } from '../../core/campaigns/models/campaign.ts'
import type { Run } from '../../core/generation/models/run.ts'
import { latestRuns } from '../../core/generation/runs.ts'
import { namesOf } from '../names.ts'
import { visiblePosts } from '../resources.ts'
import type { Context } from '../../core/platform/context.ts'
import { rows } from '../../core/platform/db.ts'
import { runWorkflowId, workflowUrl } from '../../core/platform/temporal.ts'

type Out = z.input<typeof CampaignOut>

/** Which shown states count as what on a campaign's card. */
const countOf = {
  draft: ['draft', 'in_review', 'changes_requested'],
  ready: ['approved'],
  scheduled: ['scheduled', 'publishing'],
  published: ['published', 'taken_down'],
  trouble: ['failed', 'missed', 'unconfirmed'],
}

export async function campaignsOut(
  ctx: Context,
  campaigns: Campaign[],
  viewer: { operator: boolean },
): Promise<Out[]> {
  const ids = campaigns.map((c) => c.id)
  const runs = await latestRuns(ids)
  const counts = await countsOf(ids)
  const names = await namesOf(campaigns.map((c) => c.createdBy))
  return campaigns.map((c) => {
    const run = runs.get(c.id)
    return {
      id: c.id,
      externalId: c.externalId,
      name: c.name,
      brief: c.brief,
      version: c.version,
      run: run ? (runOut(ctx, run, viewer) as z.input<typeof RunOut>) : null,
      counts: counts.get(c.id) ?? { draft: 0, ready: 0, scheduled: 0, published: 0, trouble: 0 },
      createdBy: (c.createdBy && names.get(c.createdBy)) || null,
      createdAt: c.createdAt.toISOString(),
      updatedAt: c.updatedAt.toISOString(),
    }
  })
}

async function countsOf(ids: string[]): Promise<Map<string, Out['counts']>> {
  const sums = Object.entries(countOf).map(
    ([name, states]) =>
      `count(*) filter (where shown in (${states.map((s) => `'${s}'`).join(', ')}))::int as ${name}`,
  )
  const found = await rows<Out['counts'] & { campaign_id: string }>(
    `select campaign_id, ${sums.join(', ')} from posts where campaign_id = any($1::uuid[]) and ${visiblePosts('posts')} group by campaign_id`,
    [ids],
  )
  return new Map(found.map(({ campaign_id, ...counts }) => [campaign_id, counts]))
}

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
  stuck: run.stuckWriter
    ? { writer: run.stuckWriter, askedAgainAt: run.askedAgainAt?.toISOString() ?? null }
    : null,
  startedAt: run.startedAt.toISOString(),
  finishedAt: run.finishedAt?.toISOString() ?? null,
  workflowUrl: viewer.operator ? workflowUrl(ctx.config, runWorkflowId(run.id)) : null,
})
