/** The first page after signing in. */
import type { workspaces } from '#contract/workspaces/workspaces.ts'
import { overdueTiles, today } from './today-view.ts'
import { authorOf } from '../posts/author.ts'
import type { Handlers } from '../handler-types.ts'

export const todayHandlers: Handlers<Pick<typeof workspaces, 'getToday' | 'listOverdue'>> = {
  async getToday(ctx, { params }, caller) {
    return today(ctx, params.workspaceId, authorOf(caller).mayApprove)
  },

  async listOverdue(ctx, { params }) {
    return { data: await overdueTiles(ctx, params.workspaceId) }
  },
}
