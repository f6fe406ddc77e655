/**
 * A past that is made by the product itself: the ledger's own functions under a clock that was moved back, so that every state has the moves
 * and attempts that lead to it. Each post's past is one unit of work, so that no worker sees it half made.
 */
import { because } from '#contract/posts/refusals.ts'
import { ownNetwork } from '../../networks/manifests.ts'
import { NetworkError, type Frozen } from '../../networks/network.ts'
import type { Context } from '../platform/context.ts'
import { rows, run } from '../platform/db.ts'
import type { Outcome } from './content.ts'
import { cancel, schedule } from '../publishing/ledger.ts'
import type { Known } from '../publishing/asking.ts'
import { arm, type Ref } from '../publishing/arming.ts'
import { settle, settleFound } from '../publishing/settling.ts'
import { Delivery } from '../publishing/models/delivery.ts'
import { contentHash } from '../publishing/outgoing.ts'
import type { Post } from '../posts/models/post.ts'
import { createPages } from '../page/pages.ts'
import { takeDown } from '../publishing/take-down.ts'
import { uuidv7 } from '../platform/uuid.ts'

const minute = 60_000
const day = 24 * 60 * minute

/** The context at another time, whose units of work are the one that is open already. */
export const contextAt = (ctx: Context, now: Date): Context => ({
  ...ctx,
  now: () => now,
  db: { ...ctx.db, tx: (_scope, fn) => fn() },
})

const laterThan = (ctx: Context, ms: number): Context =>
  contextAt(ctx, new Date(ctx.now().getTime() + ms))

type Send = (
  ctx: Context,
  sent: { post: Post; ref: Ref; frozen: Frozen; by: string },
) => Promise<void>

/** Leads an approved post to an outcome. In a unit of work of workspace and person. */
export async function live(ctx: Context, post: Post, outcome: Outcome, by: string): Promise<void> {
  const due = post.publishAt
  if (!due) throw new Error('a post without a time has no past')
  const planned = Math.min(due.getTime() - day, ctx.now().getTime() - minute)
  await schedule(contextAt(ctx, new Date(planned)), post, { by })
  if (outcome === 'cancelled')
    await cancel(contextAt(ctx, new Date(planned + minute / 2)), post, { by })
  const send = sends[outcome]
  if (!send) return
  const deliveries = await Delivery.findAll({ where: { postId: post.id, state: 'scheduled' } })
  for (const delivery of deliveries) await sendOne(ctx, post, delivery, { send, outcome, by })
  await run(`delete from outbox where subject = $1 or subject = any($2)`, [
    post.id,
    deliveries.map((d) => d.id),
  ])
  // Nobody is to be mailed about an example.
  await run('delete from mails where workspace_id = $1', [post.workspaceId])
}

async function sendOne(
  ctx: Context,
  post: Post,
  delivery: Delivery,
  { send, outcome, by }: { send: Send; outcome: Outcome; by: string },
) {
  const due = delivery.publishAt.getTime()
  const late = outcome === 'missed' ? (delivery.latenessMinutes + 1) * minute : 40
  const then = contextAt(ctx, new Date(due + late))
  const ref = { workspaceId: post.workspaceId, deliveryId: delivery.id }
  const token = uuidv7(due)
  const outgoing = { content: post.content, media: new Map() }
  const channel = {} as never // the page's posts depend on no channel
  const [armed] = await arm(then, [
    {
      ...ref,
      generation: delivery.generation,
      attempt: 1,
      claim: uuidv7(due),
      contentVersion: post.contentVersion,
      budgetMs: ctx.config.publishing.callTimeoutMs,
      content: {
        token,
        contentHash: contentHash(outgoing),
        compose: (at) =>
          ctx.networks[ownNetwork().name]!.compose(outgoing, null, { token, at, channel }),
      },
    },
  ])
  if (armed?.armed) await send(then, { post, ref, frozen: armed.frozen, by })
}

const publish: Send = async (ctx, { ref, frozen }) => {
  const then = laterThan(ctx, 30)
  const at = then.now()
  const put = frozen.payload as unknown as Parameters<ReturnType<typeof createPages>['put']>[1]
  const { id, url } = await createPages(then, ref.workspaceId).put(ref.deliveryId, put)
  const published = { remoteId: id, permalink: url }
  await settle(then, [{ ...ref, attempt: 1, answer: { kind: 'published', published, at } }])
}

const sends: Partial<Record<Outcome, Send>> = {
  published: publish,
  // Too late is told before anything is sent.
  missed: () => Promise.reject(new Error('a missed post was armed')),
  async failed(ctx, { ref }) {
    const error = new NetworkError('no', 'media_refused', because('example_image'))
    await settle(laterThan(ctx, 300), [{ ...ref, attempt: 1, answer: { kind: 'refused', error } }])
  },
  async unconfirmed(ctx, { ref }) {
    const broken = laterThan(ctx, 8_000)
    const answer = { kind: 'ambiguous' as const, because: because('example_silence') }
    await settle(broken, [{ ...ref, attempt: 1, answer }])
    const asked = laterThan(broken, minute)
    const windows = { dedupeMs: Infinity, lateMs: 0 }
    const known: Known = { state: 'unknown', shown: [] }
    await settleFound(asked, { ...ref, attempt: 1 }, { known, windows })
  },
  async taken_down(ctx, sent) {
    await publish(ctx, sent)
    await takeDown(laterThan(ctx, 90 * minute), { ...sent.ref, by: sent.by })
  },
}

/** Sets back when things were written, so that nothing was published before it was thought of. In a unit of work. */
export async function setBack(workspaceId: string): Promise<void> {
  const before = `least(x.created_at, p.publish_at - interval '2 days')`
  await run(
    `update posts x set created_at = ${before} from posts p where p.id = x.id and x.workspace_id = $1 and x.publish_at is not null`,
    [workspaceId],
  )
  for (const table of ['post_versions', 'comments'])
    await run(
      `update ${table} x set created_at = ${before} from posts p where p.id = x.post_id and x.workspace_id = $1 and p.publish_at is not null`,
      [workspaceId],
    )
}

/** The demo workspace of a person, if there is one. In a unit of work of the person. */
export async function demoOf(personId: string): Promise<string | null> {
  const [found] = await rows<{ id: string }>(
    `select w.id from workspaces w join memberships m on m.workspace_id = w.id where w.demo and m.person_id = $1 limit 1`,
    [personId],
  )
  return found?.id ?? null
}
