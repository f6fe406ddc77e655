/** A thread is one delivery with several statuses: their ids stand together in `remoteId`, the first one's address is the permalink. */
import type { Call, Published, Stood } from '../network.ts'
import type { Status } from './api.ts'

export const stood = (call: Call, { id, url }: Pick<Status, 'id' | 'url'>): Stood => ({
  remoteId: id,
  permalink: url || `${call.channel.origin}/web/statuses/${id}`,
})

export function published(thread: Stood[]): Published {
  return {
    remoteId: thread.map(({ remoteId }) => remoteId).join(','),
    permalink: thread[0]!.permalink,
    parts: thread,
  }
}

export function idsOf(post: Published): string[] {
  return post.remoteId.split(',')
}
