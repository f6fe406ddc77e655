/** What each kind of dirty flag leads to, read from the present state inside the dispatcher's unit of work. */
import type { Context } from './context.ts'
import { rows } from './db.ts'
import { Delivery } from './models/delivery.ts'
import { Post } from './models/post.ts'
import { Run } from './models/run.ts'
import { WorkflowRun } from './models/workflow-run.ts'
import type { OutboxKind } from './outbox-flags.ts'
import { hasMedia } from './outgoing.ts'
import { deliveryWorkflowId, postWorkflowId, runWorkflowId, type Start } from './temporal.ts'

type Needs = Pick<Context, 'config' | 'temporal' | 'now' | 'log'>
type Handle = (ctx: Needs, subject: string, workspaceId: string) => Promise<void>

/** Alarms of posts due within the same second ring one after the other, so that none of them rings late. */
const ringEveryMs = 50
const ringSpreadMaxMs = 60_000
/** Images are uploaded this much ahead of the alarm. */
const mediaLeadMs = 60_000

async function post(ctx: Needs, postId: string, workspaceId: string): Promise<void> {
  const found = await Post.findByPk(postId)
  const deliveries = await Delivery.findAll({ where: { postId } })
  const waiting = deliveries.filter(
    (d) => d.state === 'scheduled' && d.generation === found?.generation,
  )
  if (!found || waiting.length === 0) {
    if (deliveries.some((d) => d.state === 'publishing')) return
    await ctx.temporal.terminate(
      postWorkflowId(postId),
      'nothing of the post is scheduled any more',
    )
    return
  }
  // Once a delivery was armed, the post never runs again under its id.
  if (deliveries.some((d) => d.attempt > 0)) return
  const publishAt = new Date(Math.min(...waiting.map((d) => d.publishAt.getTime())))
  const prepare = hasMedia(found)
  const networks = [...new Set(waiting.map((d) => d.network))]
  await started(
    ctx,
    { postId, campaignId: found.campaignId },
    {
      type: 'publishPost',
      workflowId: postWorkflowId(postId),
      startAt: await ringAt(ctx, publishAt, prepare),
      about: { workspaceId, campaignId: found.campaignId, postId, networks },
      summary: `Publish at ${publishAt.toISOString()} on ${networks.join(', ')}`,
      input: {
        ...{
          postId,
          workspaceId,
          generation: found.generation,
          publishAt: publishAt.toISOString(),
        },
        deliveries: waiting.map((d) => ({
          deliveryId: d.id,
          network: d.network,
          ...(prepare ? { prepare } : {}),
        })),
      },
    },
  )
}

/** When an alarm rings: early enough to be ready at the instant, and not all at once. */
async function ringAt(ctx: Needs, publishAt: Date, prepare: boolean): Promise<Date> {
  const [due] = await rows<{ count: string }>(
    `select due_between($1::timestamptz - interval '500 milliseconds', $1::timestamptz + interval '500 milliseconds') as count`,
    [publishAt],
  )
  const crowd = Math.max(0, Number(due?.count ?? 0) - 20)
  // Where in the crowd is chance: nobody has to keep a list of places.
  const spread = Math.random() * Math.min(ringSpreadMaxMs, crowd * ringEveryMs)
  const lead = ctx.config.publishing.leadMs + spread + (prepare ? mediaLeadMs : 0)
  return new Date(publishAt.getTime() - lead)
}

async function delivery(ctx: Needs, deliveryId: string, workspaceId: string): Promise<void> {
  const found = await Delivery.findByPk(deliveryId)
  if (!found) return
  const asking = found.state === 'publishing'
  const number = asking ? found.attempt : found.attempt + 1
  const workflowId = deliveryWorkflowId(deliveryId, number)
  if (!asking && found.state !== 'scheduled') {
    await ctx.temporal.terminate(workflowId, `the delivery is ${found.state}`)
    return
  }
  const { postId, network, generation, publishAt, nextTryAt } = found
  const due = nextTryAt && nextTryAt > publishAt ? nextTryAt : publishAt
  const post = await Post.findByPk(postId, { attributes: ['campaignId'] })
  await started(
    ctx,
    { postId, campaignId: post?.campaignId ?? null },
    {
      type: 'deliverAgain',
      workflowId,
      startAt: new Date(due.getTime() - ctx.config.publishing.leadMs),
      about: { workspaceId, campaignId: post?.campaignId, postId, networks: [network] },
      summary: asking
        ? `Ask ${network} about attempt ${number}`
        : `Attempt ${number} on ${network}`,
      input: {
        ...{ deliveryId, workspaceId, postId, network, generation, publishAt: due.toISOString() },
        first: asking ? 'reconcile' : 'deliver',
      },
    },
  )
}

const writing = ['planning', 'writing']

async function campaignRun(ctx: Needs, runId: string, workspaceId: string): Promise<void> {
  const found = await Run.findByPk(runId)
  const workflowId = runWorkflowId(runId)
  if (!found || !writing.includes(found.state)) {
    await ctx.temporal.terminate(workflowId, 'the run was ended')
    return
  }
  // A second look at a run that is being written must not begin it anew.
  if (await ctx.temporal.isRunning(workflowId)) return
  const { campaignId } = found
  await started(
    ctx,
    { campaignId, campaignRunId: runId },
    {
      type: 'generateCampaign',
      workflowId,
      about: { workspaceId, campaignId },
      summary: `Write the campaign, run ${found.number}`,
      input: { runId, workspaceId, campaignId },
    },
  )
}

/** Ends and deletes every execution of the workspace that was marked, history and all. */
async function erase(ctx: Needs): Promise<void> {
  const marked = await WorkflowRun.findAll({ where: { erase: true }, limit: 25 })
  for (const { workflowId, runId } of marked) {
    // Deleting ends what still runs. Ending it first would keep its history: Temporal then puts the deletion off.
    await ctx.temporal.erase({ workflowId, runId })
    await WorkflowRun.destroy({ where: { workflowId, runId } })
  }
  if (await WorkflowRun.count({ where: { erase: true } }))
    throw new Error('more histories are left')
}

async function started(
  ctx: Needs,
  about: { postId?: string; campaignId?: string | null; campaignRunId?: string },
  start: Start,
): Promise<void> {
  const execution = await ctx.temporal.start(start)
  await WorkflowRun.bulkCreate([{ ...execution, workspaceId: start.about.workspaceId, ...about }], {
    ignoreDuplicates: true,
  })
}

export const kinds: Record<OutboxKind, Handle> = { post, delivery, run: campaignRun, erase }
