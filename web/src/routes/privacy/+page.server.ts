import { load as asked } from '#lib/server/guard.ts'
import type { PageServerLoad } from './$types'

export const load: PageServerLoad = async ({ locals, url }) =>
  asked(async () => {
    const version = url.searchParams.get('version') ?? undefined
    const doc = await locals.api.getLegalDocument({
      params: { name: 'privacy' },
      query: { version },
    })
    return { doc, site: locals.site, signedIn: locals.me !== null }
  }, url)
