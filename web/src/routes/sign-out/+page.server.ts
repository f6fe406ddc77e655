import { redirect } from '@sveltejs/kit'
import { paths } from '#lib/paths.ts'
import type { Actions, PageServerLoad } from './$types'

export const load: PageServerLoad = () => redirect(303, paths.app())

export const actions: Actions = {
  default: async ({ locals }) => {
    if (locals.me) await locals.api.signOut({})
    redirect(303, paths.signIn())
  },
}
