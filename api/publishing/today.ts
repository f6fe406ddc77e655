/** The first page after signing in. */
import type { today } from '#contract/publishing/today.ts'
import { today as todayOf } from './today-view.ts'
import { authorOf } from '../posts/author.ts'
import type { Handlers } from '../handler-types.ts'

export const todayHandlers: Handlers<typeof today> = {
  async getToday(ctx, { params }, caller) {
    return todayOf(ctx, params.workspaceId, authorOf(caller).mayApprove)
  },
}
