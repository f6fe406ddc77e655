/** Deliveries: what stands on which channel, what happened, and what a person decides about it. */
import { literal, Op, type WhereOptions } from 'sequelize'
import { z } from 'zod'
import type { deliveries } from '#contract/publishing/deliveries.ts'
import { Problem } from '#contract/platform/problems.ts'
import { deliveriesOut, movesOf } from '../posts/delivery-view.ts'
import { ask, resolve, retry } from '../../core/publishing/deciding.ts'
import { Delivery } from '../../core/publishing/models/delivery.ts'
import { findPost } from '../../core/posts/posts.ts'
import { takeDown } from '../../core/publishing/take-down.ts'
import { authorOf } from '../posts/author.ts'
import { cursorOf, readCursor } from '../cursor.ts'
import type { Handlers } from '../handler-types.ts'
import { resources } from '../resources.ts'

export const deliveriesHandlers: Handlers<typeof deliveries> = {
  async listDeliveries(ctx, { params, query }) {
    const before = readCursor(query.cursor, z.uuid())
    const where: WhereOptions = {
      workspaceId: params.workspaceId,
      ...(query.postId ? { postId: query.postId } : {}),
      ...(query.channelId ? { channelId: query.channelId } : {}),
      ...(query.state?.length ? { state: query.state } : {}),
      ...(query.updatedSince ? { updatedAt: { [Op.gte]: query.updatedSince } } : {}),
      ...(before ? { id: { [Op.lt]: before } } : {}),
      [Op.and]: literal(resources.delivery.visible('"Delivery"')),
    }
    const found = await Delivery.findAll({ where, order: [['id', 'DESC']], limit: query.limit + 1 })
    const shown = found.slice(0, query.limit)
    const more = found.length > query.limit
    return {
      data: await deliveriesOut(ctx, shown),
      next: more ? cursorOf(shown.at(-1)!.id) : null,
    }
  },

  async getDelivery(ctx, { params }) {
    return one(ctx, await find(params))
  },

  async listMoves(_ctx, { params }) {
    const post = await findPost(params.workspaceId, params.postId)
    return { data: await movesOf(post.id) }
  },

  async retryDelivery(ctx, { params }, caller) {
    return one(ctx, await retry(ctx, await find(params), { by: authorOf(caller).personId }))
  },

  async resolveUnconfirmed(ctx, { params, body }, caller) {
    const by = authorOf(caller).personId
    return one(ctx, await resolve(ctx, await find(params), body, { by }))
  },

  async askNetwork(ctx, { params }, caller) {
    return one(ctx, await ask(ctx, await find(params), { by: authorOf(caller).personId }))
  },

  async takeDown(ctx, { params }, caller) {
    const { personId } = authorOf(caller)
    await takeDown(ctx, { ...params, by: personId })
    return caller.work(async () => one(ctx, await find(params)))
  },
}

async function find(params: { workspaceId: string; deliveryId: string }): Promise<Delivery> {
  const { workspaceId, deliveryId: id } = params
  const delivery = await Delivery.findOne({ where: { id, workspaceId } })
  if (!delivery) throw new Problem('not_found', 'This delivery is gone.')
  return delivery
}

async function one(ctx: Parameters<typeof deliveriesOut>[0], delivery: Delivery) {
  const [out] = await deliveriesOut(ctx, [delivery])
  return out!
}
