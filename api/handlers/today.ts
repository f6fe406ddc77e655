/** The first page after signing in. */
import type { workspaces } from '#contract/workspaces.ts'
import { today } from '../../core/today.ts'
import { authorOf } from '../author.ts'
import type { Handlers } from '../handler-types.ts'

export const todayHandlers: Handlers<Pick<typeof workspaces, 'getToday'>> = {
  async getToday(ctx, { params }, caller) {
    return today(ctx, params.workspaceId, authorOf(caller).mayApprove)
  },
}
