import { redirect } from '@sveltejs/kit'
import { setupParameter } from '#contract/identity/setup-link.ts'
import { paths } from '#lib/paths.ts'
import { refused, text } from '#lib/server/guard.ts'
import type { Actions, PageServerLoad } from './$types'

export const load: PageServerLoad = async ({ locals, url }) => {
  if (locals.me) redirect(303, paths.app())
  return { token: url.searchParams.get(setupParameter) ?? '' }
}

export const actions: Actions = {
  default: async ({ request, locals }) => {
    const form = await request.formData()
    const values = {
      name: text(form, 'name'),
      email: text(form, 'email'),
      workspaceName: text(form, 'workspaceName'),
      sixteen: form.get('sixteenOrOlder') === 'on',
    }
    const setupToken = text(form, 'setupToken')
    try {
      await locals.api.register({
        body: {
          name: values.name,
          email: values.email,
          workspaceName: values.workspaceName,
          password: String(form.get('password') ?? ''),
          sixteenOrOlder: values.sixteen as true,
          timeZone: text(form, 'timeZone') || 'UTC',
          ...(setupToken ? { setupToken } : {}),
        },
      })
    } catch (thrown) {
      return refused(thrown, values)
    }
    redirect(303, paths.app())
  },
}
