import { redirect } from '@sveltejs/kit'
import { paths } from '#lib/paths.ts'
import { lastWorkspace } from '#lib/server/last-workspace.ts'
import type { RequestHandler } from './$types'

/** Leads to the workspace the person was in last, or to the first one. */
export const GET: RequestHandler = ({ locals, cookies }) => {
  if (!locals.me) redirect(303, paths.signIn())
  const ids = locals.me.workspaces.map((w) => w.id)
  const last = lastWorkspace(cookies)
  const id = last && ids.includes(last) ? last : ids[0]
  redirect(303, id ? paths.today(id) : paths.newWorkspace())
}
