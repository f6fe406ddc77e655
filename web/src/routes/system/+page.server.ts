import { redirect } from '@sveltejs/kit'
import { paths } from '#lib/paths.ts'
import { load as asked } from '#lib/server/guard.ts'
import type { PageServerLoad } from './$types'

export const load: PageServerLoad = async ({ locals, url }) => {
  if (!locals.me) redirect(303, paths.signIn(url.pathname))
  return asked(async () => {
    const [system, mails] = await Promise.all([locals.api.getSystem({}), locals.api.listMails({})])
    return { system, mails: mails.data }
  }, url)
}
