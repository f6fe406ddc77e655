import { load as asked } from '#lib/server/guard.ts'
import { rememberWorkspace } from '#lib/server/last-workspace.ts'
import type { LayoutServerLoad } from './$types'

/** What every page of a workspace needs: the workspace with my rights in it, its channels, and me. */
export const load: LayoutServerLoad = async ({ locals, params, url, cookies }) =>
  asked(async () => {
    const at = { params: { workspaceId: params.workspace } }
    const [workspace, channels, all] = await Promise.all([
      locals.api.getWorkspace(at),
      locals.api.listChannels(at),
      locals.api.listWorkspaces({}),
    ])
    rememberWorkspace(cookies, workspace.id, locals.site.publicUrl.startsWith('https:'))
    return {
      workspace,
      channels: channels.data,
      workspaces: all.data,
      me: locals.me!,
      site: locals.site,
    }
  }, url)
