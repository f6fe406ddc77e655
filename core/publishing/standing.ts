/** What stands on a network once a delivery is published: which content, where, and since when. In a unit of work, on a locked delivery. */
import { happened, type Happening } from '#contract/posts/happened.ts'
import type { Published, Stood } from '../../networks/network.ts'
import { rows, run } from '../platform/db.ts'
import { done, type Needs, type Next } from './arming.ts'
import type { Known } from './asking.ts'
import type { Outcome } from './models/attempt.ts'
import type { Delivery } from './models/delivery.ts'
import { Standing } from './models/standing.ts'
import { move } from './move.ts'

/** When the call left that had no answer: at the instant, or at arming when that came later. */
function sentAt(ctx: Needs, { armedAt, publishAt }: Delivery): Date {
  if (!armedAt) return ctx.now()
  return armedAt > publishAt ? armedAt : publishAt
}

/** Notes what became of the latest attempt; returns the version of the post that it sent. */
export async function note(
  delivery: Delivery,
  outcome: Outcome,
  at: Date,
  reason: string | null = null,
): Promise<number | null> {
  const [noted] = await rows<{ version: number }>(
    `update attempts a set outcome = $3, answered_at = $4, reason = $5 where delivery_id = $1 and number = $2
     returning (select content_version from outgoing o where o.delivery_id = a.delivery_id and o.number = a.outgoing) as version`,
    [delivery.id, delivery.attempt, outcome, at, reason],
  )
  return noted?.version ?? null
}

/** Notes what the network said of every attempt that had no certain answer. */
export async function noteOpen({ id }: Delivery, outcome: Outcome, at: Date): Promise<void> {
  await run(
    `update attempts set outcome = $2, answered_at = $3
     where delivery_id = $1 and (outcome is null or outcome in ('ambiguous', 'unlisted'))`,
    [id, outcome, at],
  )
}

export async function settleAnswered(
  ctx: Needs,
  delivery: Delivery,
  published: Published,
  publishedAt: Date,
): Promise<Next> {
  const at = ctx.now()
  const contentVersion = await note(delivery, 'published', at)
  const lateMs = publishedAt.getTime() - delivery.publishAt.getTime()
  const what = happened('published', { lateMs })
  return stand(delivery, { published, publishedAt, contentVersion, at, what })
}

/** It was found: whichever of its contents that is, the record says which one stands there. */
export async function settleThere(
  ctx: Needs,
  delivery: Delivery,
  { published, content }: Extract<Known, { state: 'found' }>,
  contentHash = content.contentHash,
): Promise<Next> {
  const at = ctx.now()
  await run(
    `update attempts set outcome = 'found', answered_at = $3 where delivery_id = $1 and outgoing = $2
     and number = (select max(number) from attempts where delivery_id = $1 and outgoing = $2)`,
    [delivery.id, content.number, at],
  )
  const { contentVersion } = content
  const what =
    content.contentHash === contentHash
      ? happened('found')
      : happened('found_before', { version: contentVersion })
  return stand(delivery, {
    published,
    publishedAt: sentAt(ctx, delivery),
    contentVersion,
    at,
    what,
  })
}

interface There {
  published: Published
  publishedAt: Date
  contentVersion: number | null
  at: Date
  what: Happening
}

async function stand(
  delivery: Delivery,
  { published, publishedAt, contentVersion, at, what }: There,
): Promise<Next> {
  const { remoteId, permalink } = published
  const there = { publishedAt, remoteId, permalink, contentVersion }
  await keepStanding(delivery, published.parts ?? [published], contentVersion)
  const set = { ...there, settlesAt: null, nextTryAt: null, shown: [] }
  await move(delivery, { to: 'published', at, what, set })
  return done('published')
}

/** Notes the parts that stand; one that was noted before keeps its version. Whatever is noted is kept, whoever takes it down. */
export async function keepStanding(
  { id, workspaceId, channelId }: Delivery,
  parts: Stood[],
  contentVersion: number | null,
): Promise<void> {
  for (const [index, { remoteId, permalink }] of parts.entries())
    await run(
      `insert into standing (delivery_id, remote_id, part, workspace_id, channel_id, permalink, content_version, since)
       values ($1, $2, $3, $4, $5, $6, $7, now()) on conflict do nothing`,
      [id, remoteId, index + 1, workspaceId, channelId, permalink, contentVersion ?? 0],
    )
}

/** The parts of a delivery that stand now, in the order of the thread. In a unit of work. */
export const standingOf = (deliveryId: string): Promise<Standing[]> =>
  Standing.findAll({ where: { deliveryId, removedAt: null }, order: [['part', 'ASC']] })
