/** Settings of the public page. */
import type { pageSettings } from '#contract/page/settings.ts'
import { changePage } from '../../core/page/settings.ts'
import { lockWorkspace } from '../../core/workspaces/workspaces.ts'
import { pageOut } from '../workspaces/view.ts'
import type { Handlers } from '../handler-types.ts'

export const pageHandlers: Handlers<typeof pageSettings> = {
  async updatePage(ctx, { params, body }) {
    const workspace = await lockWorkspace(params.workspaceId)
    await changePage(ctx, workspace, body)
    return pageOut(ctx, workspace)
  },
}
