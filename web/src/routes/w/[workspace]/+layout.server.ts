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
    // Whoever is not an owner may meet what only owners may do, and is told whom to ask.
    const members = workspace.role === 'owner' ? [] : (await locals.api.listMembers(at)).data
    rememberWorkspace(cookies, workspace.id, locals.site.publicUrl.startsWith('https:'))
    return {
      workspace,
      channels: channels.data,
      workspaces: all.data,
      owners: members.filter((m) => m.role === 'owner').map((m) => m.name),
      me: locals.me!,
      site: locals.site,
    }
  }, url)
