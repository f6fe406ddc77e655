/** What became of a post on one channel, as a post answers it: a row of the publishing ledger, and the lines of what happened. */
import { z } from 'zod'
import { codeOf, Id, Instant, NetworkName, Params } from '../platform/common.ts'
import { happenings } from './happened.ts'

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

const Happened = codeOf('Happened', happenings)

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
    code: Happened.nullable().describe('Which sentence `detail` is; null: none'),
    params: Params.nullable().describe('What stands in it'),
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
    text: z.string().describe('One sentence for people: what happened'),
    code: Happened,
    params: Params.describe('What stands in it'),
    by: z.string().nullable(),
    permalink: z.string().nullable(),
  })
  .meta({ id: 'Move' })
