import { error } from '@sveltejs/kit'
import { load as asked } from '#lib/server/guard.ts'
import { may } from '#lib/platform/rights.ts'
import type { PageServerLoad } from './$types'

export const load: PageServerLoad = async ({ locals, params, parent, url }) =>
  asked(async () => {
    const { workspace } = await parent()
    if (!may(workspace, 'channel.connect'))
      error(403, 'Your role does not allow this', {
        kind: 'forbidden',
        detail: 'Owners connect accounts. An owner of the workspace can do it or change your role.',
      })
    const { data } = await locals.api.listNetworks({ params: { workspaceId: params.workspace } })
    const network = data.find((n) => n.name === params.network && n.methods.length > 0)
    if (!network) error(404, 'There is no such network')
    return { network }
  }, url)
