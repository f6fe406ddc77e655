import { load as asked } from '#lib/server/guard.ts'
import type { PageServerLoad } from './$types'

export const load: PageServerLoad = async ({ locals, params, url }) =>
  asked(
    async () => ({
      members: (await locals.api.listMembers({ params: { workspaceId: params.workspace } })).data,
    }),
    url,
  )
