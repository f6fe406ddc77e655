import { load as asked } from '#lib/server/guard.ts'
import type { PageServerLoad } from './$types'

export const load: PageServerLoad = async ({ locals, params, url }) =>
  asked(async () => {
    const cursor = url.searchParams.get('cursor') ?? undefined
    const q = url.searchParams.get('q') ?? undefined
    const page = await locals.api.listCampaigns({
      params: { workspaceId: params.workspace },
      query: { limit: 20, cursor, q },
    })
    return { campaigns: page.data, next: page.next, q: q ?? '' }
  }, url)
