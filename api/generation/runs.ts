/** Runs, each one generation of a campaign, what one would cost, and writing one post anew. */
import { Op } from 'sequelize'
import { z } from 'zod'
import type { runs } from '#contract/generation/runs.ts'
import { Problem } from '#contract/platform/problems.ts'
import { personOf } from '../../core/platform/actor.ts'
import { checkBrief, findCampaign } from '../../core/campaigns/campaigns.ts'
import { erase } from '../../core/publishing/erasing.ts'
import { Run } from '../../core/generation/models/run.ts'
import { estimate } from '../../core/generation/estimate.ts'
import { rewrite } from '../../core/generation/rewrite.ts'
import { slotsToWrite } from '../../core/generation/run-drafts.ts'
import { beginRun, findRun, openStates, stopRun, waitForRun } from '../../core/generation/runs.ts'
import { pageOf, readCursor } from '../cursor.ts'
import { findPost } from '../../core/posts/posts.ts'
import { runOut } from '../campaigns/view.ts'
import { authorOf } from '../posts/author.ts'
import { postOut } from '../posts/view.ts'
import type { Caller, Handlers } from '../handler-types.ts'

export const runsHandlers: Handlers<typeof runs> = {
  async estimateCampaign(ctx, { params, body }) {
    return estimate(ctx, params.workspaceId, body)
  },

  async createRun(ctx, { params, query, body, ifMatch }, caller, reply) {
    if (body.drafts === 'replace') refuseUnlessMayDelete(caller)
    const { workspaceId, campaignId } = params
    const personId = personOf(caller.actor)
    const runId = await caller.work(async () => {
      await ifMatch()
      const campaign = await findCampaign(workspaceId, campaignId, { lock: true })
      await checkBrief(workspaceId, campaign.brief)
      const slots = await slotsToWrite(ctx, campaign, body.drafts)
      return (await beginRun(ctx, campaign, personId ?? null, { slots, writer: body.writer })).id
    })
    await waitForRun(ctx, caller.scope, runId, query.wait)
    const run = await caller.work(() => findRun({ ...params, runId }))
    if (!openStates.includes(run.state)) reply.status(201)
    return runOut(ctx, run, caller)
  },

  async listRuns(ctx, { params, query }, caller) {
    const { workspaceId, campaignId } = params
    await findCampaign(workspaceId, campaignId)
    const before = readCursor(query.cursor, z.number().int())
    const found = await Run.findAll({
      where: { campaignId, ...(before ? { number: { [Op.lt]: before } } : {}) },
      order: [['number', 'DESC']],
      limit: query.limit + 1,
    })
    return pageOf(
      found,
      query.limit,
      (run) => run.number,
      (run) => runOut(ctx, run, caller),
    )
  },

  async getRun(ctx, { params }, caller) {
    return runOut(ctx, await findRun(params), caller)
  },

  async cancelRun(ctx, { params }, caller) {
    const run = await findRun(params, { lock: true })
    await stopRun(ctx, run)
    return runOut(ctx, run, caller)
  },

  async deleteRun(ctx, { params, query }, caller) {
    const { workspaceId, runId: id } = params
    const by = personOf(caller.actor) ?? null
    return erase(ctx, { kind: 'run', id, workspaceId, ...query, by })
  },

  async regeneratePost(ctx, { params, body, ifMatch }, caller) {
    // Nobody has read the new words yet, so they are nobody's approved version, not even an approver's.
    const author = { ...authorOf(caller), mayApprove: false }
    await rewrite(ctx, caller.scope, { ...params, ...body, first: ifMatch }, author)
    return caller.work(async () =>
      postOut(ctx, await findPost(params.workspaceId, params.postId), caller),
    )
  },
}

/** Replacing drafts deletes posts, so it needs what deleting one needs. */
function refuseUnlessMayDelete({ actor, can }: Caller): void {
  if (can('post', 'delete')) return
  throw new Problem(
    'forbidden',
    actor.kind === 'key'
      ? 'This API key may not delete, so it cannot replace drafts. Scopes are chosen when a key is made.'
      : 'Replacing drafts deletes them, which your role does not allow.',
  )
}
