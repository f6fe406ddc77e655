/** Deletes a run or a campaign with everything written for it, for good. Each opens its own units of work and throws `not_found`. */
import { Problem } from '#contract/platform/problems.ts'
import { Campaign } from '../campaigns/models/campaign.ts'
import type { Context } from '../platform/context.ts'
import { run as runSql } from '../platform/db.ts'
import { eraseLater } from '../platform/executions.ts'
import { uuidv7 } from '../platform/uuid.ts'
import { Post } from '../posts/models/post.ts'
import { deletePosts, type DeleteOptions, type Deletion } from '../publishing/deletion.ts'
import { Run } from './models/run.ts'
import { openStates } from './runs.ts'

type Needs = Parameters<typeof deletePosts>[0]

export async function deleteRun(
  ctx: Needs,
  work: DeleteOptions & { runId: string },
): Promise<Deletion> {
  const { workspaceId, runId } = work
  return deletePosts(ctx, work, {
    async stop() {
      await refuseGone(await Run.count({ where: { id: runId, workspaceId } }), work)
      await stopRuns(ctx, { id: runId })
      return postsOf({ runId })
    },
    erase: () => eraseRuns(ctx, workspaceId, { id: runId }),
  })
}

export async function deleteCampaign(
  ctx: Needs,
  work: DeleteOptions & { campaignId: string },
): Promise<Deletion> {
  const { workspaceId, campaignId } = work
  return deletePosts(ctx, work, {
    async stop() {
      await refuseGone(await Campaign.count({ where: { id: campaignId, workspaceId } }), work)
      await Campaign.update({ deleting: true }, { where: { id: campaignId } })
      await stopRuns(ctx, { campaignId })
      return postsOf({ campaignId })
    },
    async erase() {
      await eraseRuns(ctx, workspaceId, { campaignId })
      await eraseLater(workspaceId, uuidv7(ctx.now().getTime()), { campaignId })
      await Campaign.destroy({ where: { id: campaignId } })
    },
  })
}

async function refuseGone(count: number, { first }: DeleteOptions): Promise<void> {
  if (count === 0) throw new Problem('not_found', 'This is gone already.')
  await first?.()
}

type Which = { id: string } | { campaignId: string }

/** Nothing new is written after this. */
async function stopRuns(ctx: Pick<Context, 'now'>, which: Which): Promise<void> {
  await Run.update(
    { state: 'cancelled', finishedAt: ctx.now() },
    { where: { ...which, state: openStates } },
  )
}

async function postsOf(where: { runId: string } | { campaignId: string }): Promise<string[]> {
  const posts = await Post.findAll({ where, attributes: ['id'], order: [['id', 'ASC']] })
  return posts.map(({ id }) => id)
}

async function eraseRuns(
  ctx: Pick<Context, 'now'>,
  workspaceId: string,
  which: Which,
): Promise<void> {
  const runs = await Run.findAll({ where: which, attributes: ['id'] })
  const campaignRunIds = runs.map(({ id }) => id)
  await runSql('delete from outbox where subject = any($1::text[])', [campaignRunIds])
  await eraseLater(workspaceId, uuidv7(ctx.now().getTime()), { campaignRunIds })
  await Run.destroy({ where: { id: campaignRunIds } })
}
