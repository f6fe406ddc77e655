/** What each kind of dirty flag leads to, read from the present state inside the dispatcher's unit of work. */
import type { Context } from '../platform/context.ts'
import { rows } from '../platform/db.ts'
import { startNoted } from '../platform/executions.ts'
import { Delivery } from './models/delivery.ts'
import { Post } from '../posts/models/post.ts'
import type { OutboxHandler } from '../platform/outbox.ts'
import { uploadLeadMs, uploadsFor, type Upload } from './upload-lead.ts'
import { deliveryWorkflowId, postWorkflowId } from '../platform/temporal.ts'

type Needs = Pick<Context, 'config'>

/** Alarms of posts due within the same second ring one after the other, so that none of them rings late. */
const ringEveryMs = 50
const ringSpreadMaxMs = 60_000

export const ringPost: OutboxHandler = async (ctx, postId, workspaceId) => {
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
  const leads = await leadsOf(ctx, found, waiting)
  const networks = [...new Set(waiting.map((d) => d.network))]
  await startNoted(
    ctx,
    { postId, campaignId: found.campaignId },
    {
      type: 'publishPost',
      workflowId: postWorkflowId(postId),
      startAt: await ringAt(ctx, publishAt, leads.all),
      about: { workspaceId, campaignId: found.campaignId, postId, networks },
      summary: `Publish at ${publishAt.toISOString()} on ${networks.join(', ')}`,
      input: {
        postId,
        workspaceId,
        generation: found.generation,
        publishAt: publishAt.toISOString(),
        deliveries: waiting.map((d) => ({
          deliveryId: d.id,
          network: d.network,
          ...leads.prepare(d),
        })),
      },
    },
  )
}

/** How long the uploads of a post may take, and which of its deliveries have any. */
async function leadsOf(ctx: Needs, post: Post, deliveries: Delivery[]) {
  const uploads = await uploadsFor(
    post,
    deliveries.map((d) => d.network),
  )
  const lead = (of: Upload[]) => uploadLeadMs(of, ctx.config.publishing.uploadRate)
  const prepares = ({ network }: Delivery) => lead(uploads.filter((u) => u.network === network)) > 0
  return {
    all: lead(uploads),
    prepare: (delivery: Delivery) => (prepares(delivery) ? { prepare: true } : {}),
  }
}

/** When an alarm rings: early enough to be ready at the instant, and not all at once. */
async function ringAt(ctx: Needs, publishAt: Date, uploadsMs: number): Promise<Date> {
  const [due] = await rows<{ count: string }>(
    `select due_between($1::timestamptz - interval '500 milliseconds', $1::timestamptz + interval '500 milliseconds') as count`,
    [publishAt],
  )
  const crowd = Math.max(0, Number(due?.count ?? 0) - 20)
  // Where in the crowd is chance: nobody has to keep a list of places.
  const spread = Math.random() * Math.min(ringSpreadMaxMs, crowd * ringEveryMs)
  const lead = ctx.config.publishing.leadMs + spread + uploadsMs
  return new Date(publishAt.getTime() - lead)
}

export const ringDelivery: OutboxHandler = async (ctx, deliveryId, workspaceId) => {
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
  const post = await Post.findByPk(postId, { rejectOnEmpty: true })
  const leads = await leadsOf(ctx, post, asking ? [] : [found])
  await startNoted(
    ctx,
    { postId, campaignId: post.campaignId },
    {
      type: 'deliverAgain',
      workflowId,
      startAt: new Date(due.getTime() - ctx.config.publishing.leadMs - leads.all),
      about: { workspaceId, campaignId: post.campaignId, postId, networks: [network] },
      summary: asking
        ? `Ask ${network} about attempt ${number}`
        : `Attempt ${number} on ${network}`,
      input: {
        deliveryId,
        workspaceId,
        postId,
        network,
        generation,
        publishAt: due.toISOString(),
        first: asking ? 'reconcile' : 'deliver',
        ...leads.prepare(found),
      },
    },
  )
}
