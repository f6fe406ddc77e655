/** Posts as lists and as a calendar. */
import { z } from 'zod'
import type { posts } from '#contract/posts/posts.ts'
import { newestPosts, postsByTime, wordsOf } from './list-query.ts'
import { tileOut, type TileRow } from './view.ts'
import { pageOf, readCursor } from '../cursor.ts'
import type { Handlers } from '../handler-types.ts'

type Own = Pick<typeof posts, 'listPosts' | 'calendar'>

const NewestKey = z.uuid()
const TimeKey = z.object({ publishAt: z.iso.datetime().nullable(), id: z.uuid() })
/** A calendar's month rarely has more; beyond it a list is the better view. */
const calendarMax = 2000

export const postListsHandlers: Handlers<Own> = {
  async listPosts(_ctx, { params, query }) {
    const { limit, cursor, order, q, ...wanted } = query
    const filter = { ...wanted, workspaceId: params.workspaceId, words: wordsOf(q) }
    if (order === 'newest') {
      const found = await newestPosts(filter, limit + 1, readCursor(cursor, NewestKey))
      return pageOf(found, limit, (row) => row.id, tileOut)
    }
    const found = await postsByTime(filter, limit + 1, readCursor(cursor, TimeKey))
    return pageOf(found, limit, timeKey, tileOut)
  },

  async calendar(_ctx, { params, query }) {
    const filter = { ...query, workspaceId: params.workspaceId, unscheduled: false }
    const found = await postsByTime(filter, calendarMax + 1)
    return { data: found.slice(0, calendarMax).map(tileOut), truncated: found.length > calendarMax }
  },
}

const timeKey = (row: TileRow) => ({
  publishAt: row.publish_at?.toISOString() ?? null,
  id: row.id,
})
