/** Deliveries: post x channel, the rows of the publishing ledger. */
import { z } from 'zod'
import { Id, Instant, PageQuery, WorkspaceParams, list, page } from '../platform/common.ts'
import { describe } from '../platform/endpoint.ts'
import { Delivery, DeliveryState, Move } from '../posts/delivery.ts'
import { deliveryRoutes } from './routes.ts'

const params = WorkspaceParams.extend({ deliveryId: Id })
const onDelivery = { tag: 'Deliveries', params, response: Delivery } as const

export const deliveries = describe(deliveryRoutes, {
  listDeliveries: {
    tag: 'Deliveries',
    summary: 'List deliveries; filter by post, channel and state',
    params: WorkspaceParams,
    query: PageQuery.extend({
      postId: Id.optional(),
      channelId: Id.optional(),
      state: list(DeliveryState).optional(),
      updatedSince: Instant.optional(),
    }),
    response: page(Delivery),
  },
  getDelivery: {
    ...onDelivery,
    summary: 'Get one delivery',
  },
  listMoves: {
    tag: 'Deliveries',
    summary: 'What happened to a post, line by line',
    params: WorkspaceParams.extend({ postId: Id }),
    response: z.object({ data: z.array(Move) }),
  },
  retryDelivery: {
    ...onDelivery,
    summary:
      'Try a failed or missed delivery again, below the parts that stand; the network is asked first where it can be asked',
    status: 202,
    problems: ['conflict', 'held', 'not_approved'],
  },
  resolveUnconfirmed: {
    ...onDelivery,
    summary:
      'Decide about an unconfirmed delivery: this is it, send again (it may appear twice), or leave it; leave what stands of a failed one',
    body: z.discriminatedUnion('choice', [
      z.object({ choice: z.literal('this_is_it'), permalink: z.url({ protocol: /^https?$/ }) }),
      z.object({ choice: z.literal('send_again') }),
      z.object({ choice: z.literal('leave') }),
    ]),
    problems: ['conflict', 'held', 'not_approved'],
  },
  askNetwork: {
    ...onDelivery,
    summary:
      'Ask the network again what became of an unconfirmed delivery; what is certainly not there is sent',
    status: 202,
    problems: ['conflict'],
  },
  takeDown: {
    ...onDelivery,
    summary: 'Take down on its network what stands there of a post',
    tx: 'own',
    problems: ['conflict', 'unreachable', 'refused_upstream'],
  },
})
