/** What stands on a network once a delivery is published: which content, where, and since when. In a unit of work, on a locked delivery. */
import { happened, type Happening } from '#contract/posts/happened.ts'
import type { Published, Stood } from '../../networks/network.ts'
import { rows, run } from '../platform/db.ts'
import { done, type Needs, type Next } from './arming.ts'
import type { Known } from './asking.ts'
import type { Outcome } from './models/attempt.ts'
import type { Delivery } from './models/delivery.ts'
import { Standing } from './models/standing.ts'
import { moveEach } from './move.ts'

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

/** What was answered to be there. */
export interface There {
  delivery: Delivery
  published: Published
  publishedAt: Date
}

/** Writes what the calls answered to be there, in as few statements as for one. */
export async function settleAnswered(ctx: Needs, there: There[]): Promise<void> {
  if (there.length === 0) return
  const at = ctx.now()
  const noted = await rows<{ id: string; version: number }>(
    `update attempts a set outcome = 'published', answered_at = $2, reason = null
     from json_to_recordset($1) as g(id uuid, attempt int), outgoing o
     where a.delivery_id = g.id and a.number = g.attempt and o.delivery_id = a.delivery_id and o.number = a.outgoing
     returning a.delivery_id as id, o.content_version as version`,
    [JSON.stringify(there.map(({ delivery: { id, attempt } }) => ({ id, attempt }))), at],
  )
  const versions = new Map(noted.map(({ id, version }) => [id, version]))
  const all = there.map((one) => ({
    ...one,
    contentVersion: versions.get(one.delivery.id) ?? null,
    at,
    what: happened('published', {
      lateMs: one.publishedAt.getTime() - one.delivery.publishAt.getTime(),
    }),
  }))
  await stand(all)
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
  const publishedAt = sentAt(ctx, delivery)
  await stand([{ delivery, published, publishedAt, contentVersion, at, what }])
  return done('published')
}

interface Stands extends There {
  contentVersion: number | null
  at: Date
  what: Happening
}

async function stand(all: Stands[]): Promise<void> {
  await keepParts(
    all.map(({ delivery, published, contentVersion }) => ({
      delivery,
      parts: published.parts ?? [published],
      contentVersion,
    })),
  )
  await moveEach(
    all.map(({ delivery, published, publishedAt, contentVersion, at, what }) => {
      const { remoteId, permalink } = published
      const there = { publishedAt, remoteId, permalink, contentVersion }
      const set = { ...there, settlesAt: null, nextTryAt: null, shown: [] }
      return { from: delivery, change: { to: 'published', at, what, set } }
    }),
  )
}

/** Notes the parts that stand; one that was noted before keeps its version. Whatever is noted is kept, whoever takes it down. */
export const keepStanding = (
  delivery: Delivery,
  parts: Stood[],
  contentVersion: number | null,
): Promise<void> => keepParts([{ delivery, parts, contentVersion }])

interface Parts {
  delivery: Delivery
  parts: Stood[]
  contentVersion: number | null
}

async function keepParts(all: Parts[]): Promise<void> {
  const given = all.flatMap(({ delivery: { id, workspaceId, channelId }, parts, contentVersion }) =>
    parts.map(({ remoteId, permalink }, index) => ({
      id,
      workspaceId,
      channelId,
      part: index + 1,
      remoteId,
      permalink,
      version: contentVersion ?? 0,
    })),
  )
  if (given.length === 0) return
  await run(
    `insert into standing (delivery_id, remote_id, part, workspace_id, channel_id, permalink, content_version, since)
     select id, "remoteId", part, "workspaceId", "channelId", permalink, version, now() from json_to_recordset($1)
       as g(id uuid, "workspaceId" uuid, "channelId" uuid, part int, "remoteId" text, permalink text, version int) on conflict do nothing`,
    [JSON.stringify(given)],
  )
}

/** The parts of a delivery that stand now, in the order of the thread. In a unit of work. */
export const standingOf = (deliveryId: string): Promise<Standing[]> =>
  Standing.findAll({ where: { deliveryId, removedAt: null }, order: [['part', 'ASC']] })
