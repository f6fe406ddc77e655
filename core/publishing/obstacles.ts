/** What stands in the way of arming a delivery. */
import type { Reason } from '#contract/posts/delivery.ts'
import { happened, type Happening } from '#contract/posts/happened.ts'
import type { Fence } from './attempts.ts'
import type { Delivery } from './models/delivery.ts'

const minute = 60_000

interface Standing {
  contentVersion: number
  approved: boolean
  held: boolean
  channel: string
  channelName: string
}

/** Why a delivery cannot be armed now, or null when it can. `late` and `waiting` are decided by the ledger's own clock. */
export type Obstacle =
  | { kind: 'superseded' }
  | { kind: 'not_approved' }
  | { kind: 'late' }
  | { kind: 'waiting'; reason: 'held' | 'channel_paused' }
  | { kind: 'refused'; reason: Reason; what: Happening }

/** Pure: what stands in the way of sending, in the order in which it counts. */
export function obstacle(
  delivery: Pick<Delivery, 'state' | 'generation' | 'attempt' | 'publishAt' | 'latenessMinutes'>,
  fence: Pick<Fence, 'generation' | 'attempt'>,
  standing: Standing,
  now: Date,
): Obstacle | null {
  if (
    delivery.state !== 'scheduled' ||
    delivery.generation !== fence.generation ||
    delivery.attempt + 1 !== fence.attempt
  )
    return { kind: 'superseded' }
  if (!standing.approved) return { kind: 'not_approved' }
  if (now.getTime() > delivery.publishAt.getTime() + delivery.latenessMinutes * minute)
    return { kind: 'late' }
  if (standing.held) return { kind: 'waiting', reason: 'held' }
  if (standing.channel === 'paused') return { kind: 'waiting', reason: 'channel_paused' }
  if (standing.channel === 'reconnect')
    return {
      kind: 'refused',
      reason: 'access_revoked',
      what: happened('channel_unconnected', { channel: standing.channelName }),
    }
  if (standing.channel !== 'active')
    return {
      kind: 'refused',
      reason: 'channel_gone',
      what: happened('channel_off', { channel: standing.channelName }),
    }
  return null
}
