import { error } from '@sveltejs/kit'
import { load as asked } from '#lib/server/guard.ts'
import { may } from '#lib/rights.ts'
import { sections } from '#lib/settings/sections.ts'
import type { PageServerLoad } from './$types'

export const load: PageServerLoad = async ({ locals, params, parent, url }) =>
  asked(async () => {
    const { workspace } = await parent()
    const section = sections.find((s) => s.value === (params.section ?? ''))?.value
    if (section === undefined) error(404, 'There is no such section')
    const at = { params: { workspaceId: workspace.id } }
    const writers =
      section === 'writers' && may(workspace, 'connection.read')
        ? await locals.api.listConnections(at)
        : null
    const keys =
      section === 'keys' && may(workspace, 'key.read')
        ? (await locals.api.listApiKeys(at)).data
        : null
    return { section, writers, keys }
  }, url)
