/** Overdue posts of one channel, as after an outage: they go out in their order and apart, never all at once. */
import { rows } from '../platform/db.ts'
import type { Delivery } from './models/delivery.ts'

/** Time between two overdue posts of one channel. */
export const spacingMs = 60_000
/** A post this late is one that was left behind; what is a moment late goes out at once. */
const overdueMs = 30_000

/** When a delivery has its turn on its channel, given the time now. In a unit of work. */
export async function turnFor(
  { id, channelId, publishAt }: Pick<Delivery, 'id' | 'channelId' | 'publishAt'>,
  now: Date,
): Promise<Date> {
  if (now.getTime() - publishAt.getTime() < overdueMs) return now
  const [channel] = await rows<{ ahead: number; last: Date | null }>(
    `select count(*) filter (where state = 'scheduled' and (publish_at, id) < ($3, $2))::int as ahead,
       max(armed_at) filter (where state <> 'scheduled' and armed_at > publish_at + $4 * interval '1 millisecond') as last
     from deliveries where channel_id = $1 and id <> $2 and publish_at < $5 and (state = 'scheduled' or armed_at > $6)`,
    [channelId, id, publishAt, overdueMs, now, new Date(now.getTime() - spacingMs)],
  )
  const { ahead, last } = channel!
  const free = last ? new Date(last).getTime() + spacingMs : now.getTime()
  return new Date(Math.max(now.getTime(), free) + ahead * spacingMs)
}
