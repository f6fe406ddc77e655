import { load as asked } from '#lib/server/guard.ts'
import type { PageServerLoad } from './$types'

export const load: PageServerLoad = async ({ locals, params, url }) =>
  asked(async () => {
    const cursor = url.searchParams.get('cursor') ?? undefined
    const page = await locals.api.listMedia({
      params: { workspaceId: params.workspace },
      query: { limit: 60, cursor },
    })
    return { assets: page.data, next: page.next }
  }, url)
