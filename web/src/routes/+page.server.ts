import type { PageServerLoad } from './$types'

export const load: PageServerLoad = ({ locals }) => ({
  site: locals.site,
  signedIn: locals.me !== null,
})
