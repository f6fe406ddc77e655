import { redirect } from '@sveltejs/kit'
import { paths } from '#lib/paths.ts'
import { refused, text } from '#lib/server/guard.ts'
import type { Actions, PageServerLoad } from './$types'

export const load: PageServerLoad = ({ locals, url }) => {
  if (!locals.me) redirect(303, paths.signIn(url.pathname))
}

export const actions: Actions = {
  default: async ({ request, locals }) => {
    const form = await request.formData()
    const name = text(form, 'name')
    let id: string
    try {
      const timeZone = text(form, 'timeZone') || 'UTC'
      id = (await locals.api.createWorkspace({ body: { name, timeZone } })).id
    } catch (thrown) {
      return refused(thrown, { name })
    }
    redirect(303, paths.today(id))
  },
}
