/** Runs: each one generation of a campaign. */
import { Op } from 'sequelize'
import { z } from 'zod'
import type { campaigns } from '#contract/campaigns.ts'
import { personOf } from '../../core/actor.ts'
import { checkBrief, findCampaign, slotsOf } from '../../core/campaigns.ts'
import { deleteWork } from '../../core/deletion.ts'
import { Run } from '../../core/models/run.ts'
import { beginRun, findRun, openStates, runOut, stopRun, waitForRun } from '../../core/runs.ts'
import { pageOf, readCursor } from '../cursor.ts'
import type { Handlers } from '../handler-types.ts'

type Own = Pick<typeof campaigns, 'createRun' | 'listRuns' | 'getRun' | 'cancelRun' | 'deleteRun'>

export const runsHandlers: Handlers<Own> = {
  async createRun(ctx, { params, query }, caller, reply) {
    const { workspaceId, campaignId } = params
    const personId = personOf(caller.actor)
    const scope = { workspace: workspaceId, person: personId }
    const runId = await ctx.db.tx(scope, async () => {
      const campaign = await findCampaign(workspaceId, campaignId, { lock: true })
      await checkBrief(workspaceId, campaign.brief)
      slotsOf(campaign.brief, ctx.now())
      return (await beginRun(ctx, campaign, personId ?? null)).id
    })
    await waitForRun(ctx, scope, runId, query.wait)
    const run = await ctx.db.tx(scope, () => findRun({ ...params, runId }))
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
    return deleteWork(ctx, { ...params, ...query, by: personOf(caller.actor) ?? null })
  },
}
