import { redirect } from '@sveltejs/kit'
import { refused, safeNext, text } from '#lib/server/guard.ts'
import type { Actions, PageServerLoad } from './$types'

export const load: PageServerLoad = async ({ locals, url }) => {
  if (locals.me) redirect(303, safeNext(url.searchParams.get('next')))
  return { next: url.searchParams.get('next') ?? '', site: locals.site }
}

export const actions: Actions = {
  default: async ({ request, locals, url }) => {
    const form = await request.formData()
    const email = text(form, 'email')
    try {
      await locals.api.signIn({ body: { email, password: String(form.get('password') ?? '') } })
    } catch (thrown) {
      return refused(thrown, { email })
    }
    redirect(303, safeNext(url.searchParams.get('next')))
  },
}
