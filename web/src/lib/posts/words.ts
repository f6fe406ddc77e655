/** Words for posts, and sentences about deliveries: why one stands where it stands, and the one thing that helps. */
import type { Delivery } from '#contract/posts/delivery.ts'
import { lateness } from '#lib/platform/time.ts'

export const counted = (n: number): string => (n === 1 ? '1 post' : `${n} posts`)

export type Fix = 'retry' | 'reconnect' | 'channel' | 'edit' | 'decide' | 'none'

interface Cause {
  why: string
  fix: Fix
}

const causes: Record<NonNullable<Delivery['reason']>, Cause> = {
  content_refused: { why: 'The network refused the text.', fix: 'edit' },
  media_refused: { why: 'The network refused an image.', fix: 'edit' },
  access_revoked: { why: 'The channel is no longer connected.', fix: 'reconnect' },
  other_account: { why: 'The access belongs to another account.', fix: 'reconnect' },
  not_permitted: { why: 'The account may not post there.', fix: 'reconnect' },
  rate_limited: { why: 'The network took no more posts for a while.', fix: 'retry' },
  server_busy: { why: 'The network was too busy.', fix: 'retry' },
  unreachable: { why: 'The network could not be reached.', fix: 'retry' },
  no_answer: { why: 'The network did not answer.', fix: 'decide' },
  late: { why: 'Its time passed before it could be sent.', fix: 'retry' },
  held: { why: 'Publishing was on hold at its time.', fix: 'retry' },
  channel_paused: { why: 'The channel was paused at its time.', fix: 'channel' },
  channel_gone: { why: 'The channel was disconnected.', fix: 'channel' },
  cancelled_by_person: { why: 'A person cancelled it.', fix: 'none' },
  superseded: { why: 'The post was changed.', fix: 'none' },
  taken_down_by_person: { why: 'A person took it down.', fix: 'none' },
  left_by_person: { why: 'A person decided to leave it.', fix: 'none' },
  confirmed_by_person: { why: 'A person found it on the network.', fix: 'none' },
  gone_on_network: { why: 'It is no longer there.', fix: 'none' },
  internal: { why: 'PostAura failed to send it.', fix: 'retry' },
}

const settledWrong = new Set(['failed', 'missed'])

/** Why, in one sentence, and what to offer. The worker's own sentence is the more exact one. */
export function causeOf(delivery: Pick<Delivery, 'state' | 'reason' | 'detail'>): Cause {
  const cause = delivery.reason ? causes[delivery.reason] : { why: '', fix: 'none' as const }
  const why = delivery.detail ?? cause.why
  if (delivery.state === 'unconfirmed') return { why: why || causes.no_answer.why, fix: 'decide' }
  if (!settledWrong.has(delivery.state)) return { why, fix: 'none' }
  return { why: why || 'It was not sent.', fix: cause.fix === 'none' ? 'retry' : cause.fix }
}

/** `The shop 0.02 s late, The hut on time`; empty while nothing is out. */
export const latenessWords = (
  deliveries: readonly Pick<Delivery, 'state' | 'latenessMs' | 'channelName'>[],
): string =>
  deliveries
    .filter((d) => d.state === 'published' && d.latenessMs !== null)
    .map((d) => `${d.channelName} ${lateness(d.latenessMs!)}`)
    .join(', ')
