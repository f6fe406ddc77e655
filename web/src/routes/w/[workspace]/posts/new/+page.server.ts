import { error } from '@sveltejs/kit'
import { load as asked } from '#lib/server/guard.ts'
import { may } from '#lib/platform/rights.ts'
import type { PageServerLoad } from './$types'

export const load: PageServerLoad = async ({ locals, parent, url }) =>
  asked(async () => {
    const { workspace } = await parent()
    if (!may(workspace, 'post.create'))
      error(403, 'Your role does not allow this', {
        kind: 'forbidden',
        detail: 'Owners and editors write posts. An owner of the workspace can change your role.',
      })
    const media = await locals.api.listMedia({
      params: { workspaceId: workspace.id },
      query: { limit: 200 },
    })
    return { at: url.searchParams.get('at') ?? '', assets: media.data }
  }, url)
