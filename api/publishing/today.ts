/** The first page after signing in. */
import type { today as todays } from '#contract/publishing/today.ts'
import { today } from './today-view.ts'
import { authorOf } from '../posts/author.ts'
import type { Handlers } from '../handler-types.ts'

export const todayHandlers: Handlers<typeof todays> = {
  async getToday(ctx, { params }, caller) {
    return today(ctx, params.workspaceId, authorOf(caller).mayApprove)
  },
}
