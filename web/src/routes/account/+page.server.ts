import { redirect } from '@sveltejs/kit'
import { paths } from '#lib/paths.ts'
import { load as asked } from '#lib/server/guard.ts'
import type { PageServerLoad } from './$types'

export const load: PageServerLoad = async ({ locals, url }) => {
  if (!locals.me) redirect(303, paths.signIn(url.pathname))
  const { person } = locals.me
  return asked(async () => ({ person, sessions: (await locals.api.listSessions({})).data }), url)
}
