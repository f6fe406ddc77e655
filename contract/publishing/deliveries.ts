/** Deliveries: post x channel, the rows of the publishing ledger. */
import { z } from 'zod'
import {
  Id,
  Instant,
  NetworkName,
  PageQuery,
  WorkspaceParams,
  list,
  page,
} from '../platform/common.ts'
import { endpoint } from '../platform/endpoint.ts'

export const DeliveryState = z.enum([
  'scheduled',
  'publishing',
  'published',
  'failed',
  'missed',
  'unconfirmed',
  'cancelled',
  'taken_down',
])
export type DeliveryState = z.infer<typeof DeliveryState>

/** Why a delivery stands where it stands; each kind has one sentence and one fix on screen. */
export const Reason = z.enum([
  'content_refused',
  'media_refused',
  'access_revoked',
  'other_account',
  'not_permitted',
  'rate_limited',
  'server_busy',
  'unreachable',
  'no_answer',
  'late',
  'held',
  'channel_paused',
  'channel_gone',
  'cancelled_by_person',
  'superseded',
  'taken_down_by_person',
  'left_by_person',
  'confirmed_by_person',
  'gone_on_network',
  'internal',
])
export type Reason = z.infer<typeof Reason>

export const Delivery = z
  .object({
    id: Id,
    postId: Id,
    channelId: Id,
    network: NetworkName,
    channelName: z.string(),
    state: DeliveryState,
    publishAt: Instant,
    attempt: z.number().int(),
    permalink: z.string().nullable(),
    reason: Reason.nullable(),
    detail: z.string().nullable().describe('One sentence for people: what happened'),
    nextTryAt: Instant.nullable(),
    publishedAt: Instant.nullable(),
    latenessMs: z
      .number()
      .int()
      .nullable()
      .describe('Arrival minus the chosen instant, in milliseconds'),
    shown: z
      .array(z.object({ text: z.string(), url: z.string(), at: z.string() }))
      .describe('What the network showed when it was asked, for unconfirmed ones'),
    stands: z
      .array(
        z.object({
          part: z.number().int().describe('Its place in the thread, from 1'),
          permalink: z.string(),
          contentVersion: z.number().int().describe('The version of the post that it is of'),
        }),
      )
      .describe('What stands there now, part by part: of a failed thread its first parts'),
    canTakeDown: z
      .boolean()
      .describe('True when something stands there that this kind of network lets us take down'),
  })
  .meta({ id: 'Delivery' })
export type Delivery = z.infer<typeof Delivery>

/** One line of "What happened". */
export const Move = z
  .object({
    id: Id,
    deliveryId: Id.nullable(),
    channelName: z.string().nullable(),
    at: Instant,
    from: z.string().nullable(),
    to: z.string(),
    attempt: z.number().int().nullable(),
    reason: z.string().nullable(),
    text: z.string(),
    by: z.string().nullable(),
    permalink: z.string().nullable(),
  })
  .meta({ id: 'Move' })

const params = WorkspaceParams.extend({ deliveryId: Id })
const at = (path: string) => `/workspaces/:workspaceId/deliveries/:deliveryId${path}`
const onDelivery = { tag: 'Deliveries', params, response: Delivery } as const

export const deliveries = {
  listDeliveries: endpoint({
    method: 'get',
    path: '/workspaces/:workspaceId/deliveries',
    tag: 'Deliveries',
    summary: 'List deliveries; filter by post, channel and state',
    can: ['post', 'read'],
    params: WorkspaceParams,
    query: PageQuery.extend({
      postId: Id.optional(),
      channelId: Id.optional(),
      state: list(DeliveryState).optional(),
      updatedSince: Instant.optional(),
    }),
    response: page(Delivery),
  }),
  getDelivery: endpoint({
    ...onDelivery,
    method: 'get',
    path: at(''),
    summary: 'Get one delivery',
    can: ['post', 'read'],
  }),
  listMoves: endpoint({
    method: 'get',
    path: '/workspaces/:workspaceId/posts/:postId/moves',
    tag: 'Deliveries',
    summary: 'What happened to a post, line by line',
    can: ['post', 'read'],
    params: WorkspaceParams.extend({ postId: Id }),
    response: z.object({ data: z.array(Move) }),
  }),
  retryDelivery: endpoint({
    ...onDelivery,
    method: 'post',
    path: at('/retry'),
    summary:
      'Try a failed or missed delivery again, below the parts that stand; the network is asked first where it can be asked',
    can: ['post', 'schedule'],
    needs: 'publish',
    status: 202,
    problems: ['conflict', 'held', 'not_approved'],
  }),
  resolveUnconfirmed: endpoint({
    ...onDelivery,
    method: 'post',
    path: at('/resolve'),
    summary:
      'Decide about an unconfirmed delivery: this is it, send again (it may appear twice), or leave it; leave what stands of a failed one',
    can: ['post', 'schedule'],
    needs: 'publish',
    body: z.discriminatedUnion('choice', [
      z.object({ choice: z.literal('this_is_it'), permalink: z.url({ protocol: /^https?$/ }) }),
      z.object({ choice: z.literal('send_again') }),
      z.object({ choice: z.literal('leave') }),
    ]),
    problems: ['conflict', 'held', 'not_approved'],
  }),
  askNetwork: endpoint({
    ...onDelivery,
    method: 'post',
    path: at('/ask'),
    summary:
      'Ask the network again what became of an unconfirmed delivery; what is certainly not there is sent',
    can: ['post', 'schedule'],
    needs: 'publish',
    status: 202,
    problems: ['conflict'],
  }),
  takeDown: endpoint({
    ...onDelivery,
    method: 'post',
    path: at('/take-down'),
    summary: 'Take down on its network what stands there of a post',
    can: ['post', 'delete'],
    needs: 'publish',
    tx: 'own',
    problems: ['conflict', 'unreachable', 'refused_upstream'],
  }),
}
