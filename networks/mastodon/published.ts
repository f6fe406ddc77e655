/** A thread is one delivery with several statuses: their ids stand together in `remoteId`, the first one's address is the permalink. */
import type { Call, Published } from '../network.ts'
import type { Status } from './api.ts'

export function published(call: Call, thread: Status[]): Published {
  const first = thread[0]!
  return {
    remoteId: thread.map((status) => status.id).join(','),
    permalink: first.url || `${call.channel.origin}/web/statuses/${first.id}`,
  }
}

export function idsOf(post: Published): string[] {
  return post.remoteId.split(',')
}
