/** Campaigns: a brief and everything made from it. */
import { Op, type WhereOptions } from 'sequelize'
import { z } from 'zod'
import type { campaigns } from '#contract/campaigns/campaigns.ts'
import { Problem } from '#contract/platform/problems.ts'
import { personOf } from '../../core/platform/actor.ts'
import { checkBrief, findCampaign } from '../../core/campaigns/campaigns.ts'
import { slotsOf } from '../../core/generation/estimate.ts'
import type { Context } from '../../core/platform/context.ts'
import { erase } from '../../core/publishing/erasing.ts'
import { Campaign } from '../../core/campaigns/models/campaign.ts'
import { asTaken } from '../../core/posts/posts.ts'
import { beginRun, openStates, waitForRun } from '../../core/generation/runs.ts'
import { cursorOf, readCursor } from '../cursor.ts'
import type { Caller, Handlers } from '../handler-types.ts'
import { campaignsOut } from './view.ts'

export const campaignsHandlers: Handlers<typeof campaigns> = {
  async createCampaign(ctx, { params, query, body }, caller, reply) {
    const { campaignId, runId } = await caller.work(async () => {
      const campaign = await insert(ctx, params.workspaceId, body, personOf(caller.actor) ?? null)
      const run = body.generate ? await beginRun(ctx, campaign, campaign.createdBy) : null
      return { campaignId: campaign.id, runId: run?.id }
    })
    if (runId) await waitForRun(ctx, caller.scope, runId, query.wait)
    const campaign = await caller.work(async () =>
      one(ctx, await findCampaign(params.workspaceId, campaignId), caller),
    )
    const { run } = campaign
    if (run && openStates.includes(run.state)) reply.status(202)
    return { campaign, run }
  },

  async listCampaigns(ctx, { params, query }, caller) {
    const before = readCursor(query.cursor, z.uuid())
    const where: WhereOptions = {
      workspaceId: params.workspaceId,
      deleting: false,
      ...(query.externalId ? { externalId: query.externalId } : {}),
      ...(query.updatedSince ? { updatedAt: { [Op.gte]: query.updatedSince } } : {}),
      ...(query.q?.trim() ? { name: { [Op.iLike]: `%${escaped(query.q.trim())}%` } } : {}),
      ...(before ? { id: { [Op.lt]: before } } : {}),
    }
    const found = await Campaign.findAll({ where, order: [['id', 'DESC']], limit: query.limit + 1 })
    const shown = found.slice(0, query.limit)
    const more = found.length > query.limit
    return {
      data: await campaignsOut(ctx, shown, caller),
      next: more ? cursorOf(shown.at(-1)!.id) : null,
    }
  },

  async getCampaign(ctx, { params }, caller) {
    return one(ctx, await findCampaign(params.workspaceId, params.campaignId), caller)
  },

  async updateCampaign(ctx, { params, body }, caller) {
    const campaign = await findCampaign(params.workspaceId, params.campaignId, { lock: true })
    if (body.brief) await checkBrief(params.workspaceId, body.brief)
    await campaign.update({ ...body, version: campaign.version + 1 })
    return one(ctx, campaign, caller)
  },

  async deleteCampaign(ctx, { params, query, ifMatch }, caller) {
    const by = personOf(caller.actor) ?? null
    const { workspaceId, campaignId: id } = params
    return erase(ctx, { kind: 'campaign', id, workspaceId, ...query, by, first: ifMatch })
  },
}

async function insert(
  ctx: Context,
  workspaceId: string,
  body: z.output<(typeof campaigns)['createCampaign']['body']>,
  personId: string | null,
): Promise<Campaign> {
  const { brief, externalId, generate } = body
  await checkBrief(workspaceId, brief)
  if (generate) slotsOf(brief, ctx.now())
  const taken = externalId && (await Campaign.findOne({ where: { workspaceId, externalId } }))
  if (taken) throw new Problem('conflict', `The campaign ${taken.id} already has this externalId.`)
  return Campaign.create({
    workspaceId,
    externalId: externalId ?? null,
    name: body.name ?? brief.product,
    brief,
    createdBy: personId,
  }).catch(asTaken)
}

async function one(ctx: Context, campaign: Campaign, caller: Caller) {
  const [out] = await campaignsOut(ctx, [campaign], caller)
  return out!
}

/** A person's percent sign is a percent sign. */
const escaped = (text: string): string => text.replace(/[\\%_]/g, (c) => `\\${c}`)
