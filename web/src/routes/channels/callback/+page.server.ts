import { redirect } from '@sveltejs/kit'
import { Problem } from '#contract/platform/problems.ts'
import { paths } from '#lib/paths.ts'
import { refusalOf } from '#lib/platform/problems.ts'
import type { PageServerLoad } from './$types'

/** Where networks send people back to: hands what came with them to the API, then goes on to the channels. */
export const load: PageServerLoad = async ({ locals, url }) => {
  if (!locals.me) redirect(303, paths.signIn(url.pathname + url.search))
  let to: string
  try {
    const query = Object.fromEntries(url.searchParams)
    const done = await locals.api.finishConnection({ body: { query } })
    to = done.returnTo ?? paths.channels(done.workspaceId)
  } catch (thrown) {
    if (!(thrown instanceof Problem)) throw thrown
    const { title, detail } = refusalOf(thrown)
    return { title, detail }
  }
  redirect(303, to)
}
