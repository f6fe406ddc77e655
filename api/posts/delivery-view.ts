/** Deliveries and what happened to them, as the API shows them. In a unit of work. */
import type { z } from 'zod'
import type {
  Delivery as DeliveryOut,
  DeliveryState,
  Move as MoveOut,
  Reason,
} from '#contract/posts/delivery.ts'
import { happenings } from '#contract/posts/happened.ts'
import type { Context } from '../../core/platform/context.ts'
import { Channel } from '../../core/channels/models/channel.ts'
import { Delivery } from '../../core/publishing/models/delivery.ts'
import { Move } from '../../core/publishing/models/move.ts'
import { Standing } from '../../core/publishing/models/standing.ts'
import { namesOf } from '../names.ts'

type Out = z.input<typeof DeliveryOut>

/** A post's deliveries, in the order of its channels' making. */
export async function deliveriesOf(
  ctx: Pick<Context, 'networks'>,
  post: { id: string },
): Promise<Out[]> {
  return deliveriesOut(
    ctx,
    await Delivery.findAll({ where: { postId: post.id }, order: [['channelId', 'ASC']] }),
  )
}

export async function deliveriesOut(
  ctx: Pick<Context, 'networks'>,
  deliveries: Delivery[],
): Promise<Out[]> {
  const names = await channelNames(deliveries.map((d) => d.channelId))
  const standing = await standingParts(deliveries.map((d) => d.id))
  return deliveries.map((d) => ({
    id: d.id,
    postId: d.postId,
    channelId: d.channelId,
    network: d.network as Out['network'],
    channelName: names.get(d.channelId) ?? '',
    state: d.state as DeliveryState,
    publishAt: d.publishAt.toISOString(),
    attempt: d.attempt,
    permalink: d.permalink,
    reason: d.reason as Reason | null,
    detail: d.detail && happenings.say(d.detail),
    code: d.detail?.code ?? null,
    params: d.detail?.params ?? null,
    nextTryAt: d.nextTryAt?.toISOString() ?? null,
    publishedAt: d.publishedAt?.toISOString() ?? null,
    latenessMs: d.publishedAt ? d.publishedAt.getTime() - d.publishAt.getTime() : null,
    shown: d.shown,
    stands: standing.get(d.id) ?? [],
    canTakeDown:
      (d.state === 'published' || standing.has(d.id)) && !!ctx.networks[d.network]?.remove,
  }))
}

/** Every line of "What happened" to a post, oldest first. */
export async function movesOf(postId: string): Promise<z.input<typeof MoveOut>[]> {
  const moves = await Move.findAll({
    where: { postId },
    order: [
      ['at', 'ASC'],
      ['number', 'ASC'],
      ['id', 'ASC'],
    ],
  })
  const deliveries = await Delivery.findAll({ where: { postId } })
  const channels = await channelNames(deliveries.map((d) => d.channelId))
  const channelOf = new Map(deliveries.map((d) => [d.id, channels.get(d.channelId) ?? null]))
  const people = await namesOf(moves.map((m) => m.personId))
  return moves.map((m) => ({
    id: m.id,
    deliveryId: m.deliveryId,
    channelName: (m.deliveryId && channelOf.get(m.deliveryId)) || null,
    at: m.at.toISOString(),
    from: m.fromState,
    to: m.toState,
    attempt: m.attempt,
    reason: m.reason,
    text: happenings.say(m),
    code: m.code,
    params: m.params,
    by: (m.personId && people.get(m.personId)) || null,
    permalink: m.permalink,
  }))
}

async function standingParts(ids: string[]): Promise<Map<string, Out['stands']>> {
  const where = { deliveryId: ids, removedAt: null }
  const found = ids.length === 0 ? [] : await Standing.findAll({ where, order: [['part', 'ASC']] })
  const grouped = new Map<string, Out['stands']>()
  for (const { deliveryId, part, permalink, contentVersion } of found)
    grouped.set(deliveryId, [
      ...(grouped.get(deliveryId) ?? []),
      { part, permalink, contentVersion },
    ])
  return grouped
}

async function channelNames(ids: string[]): Promise<Map<string, string>> {
  if (ids.length === 0) return new Map()
  const found = await Channel.findAll({
    where: { id: [...new Set(ids)] },
    attributes: ['id', 'name'],
  })
  return new Map(found.map((c) => [c.id, c.name]))
}
