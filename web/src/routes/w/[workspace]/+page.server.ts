import { load as asked } from '#lib/server/guard.ts'
import type { PageServerLoad } from './$types'

export const load: PageServerLoad = async ({ locals, params, url }) =>
  asked(
    async () => ({
      today: await locals.api.getToday({ params: { workspaceId: params.workspace } }),
      now: new Date().toISOString(),
    }),
    url,
  )
