/** What erasing a run or a campaign takes beside their posts. */
import { Campaign } from '../campaigns/models/campaign.ts'
import type { Context } from '../platform/context.ts'
import { run as runSql } from '../platform/db.ts'
import { eraseLater } from '../platform/executions.ts'
import { uuidv7 } from '../platform/uuid.ts'
import { Post } from '../posts/models/post.ts'
import type { Eraser } from '../publishing/erasing.ts'
import { Run } from './models/run.ts'
import { openStates } from './runs.ts'

export const runEraser: Eraser = {
  isThere: async (workspaceId, id) => (await Run.count({ where: { id, workspaceId } })) > 0,
  async stop(ctx, id) {
    await stopRuns(ctx, { id })
    return postsOf({ runId: id })
  },
  erase: (ctx, workspaceId, id) => eraseRuns(ctx, workspaceId, { id }),
}

export const campaignEraser: Eraser = {
  isThere: async (workspaceId, id) => (await Campaign.count({ where: { id, workspaceId } })) > 0,
  async stop(ctx, id) {
    await Campaign.update({ deleting: true }, { where: { id } })
    await stopRuns(ctx, { campaignId: id })
    return postsOf({ campaignId: id })
  },
  async erase(ctx, workspaceId, id) {
    await eraseRuns(ctx, workspaceId, { campaignId: id })
    await eraseLater(workspaceId, uuidv7(ctx.now().getTime()), { campaignId: id })
    await Campaign.destroy({ where: { id } })
  },
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
