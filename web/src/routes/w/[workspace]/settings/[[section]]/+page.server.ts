import { error } from '@sveltejs/kit'
import type { Client, OutputOf } from '#contract/client.ts'
import { Problem } from '#contract/platform/problems.ts'
import { load as asked } from '#lib/server/guard.ts'
import { may } from '#lib/platform/rights.ts'
import { sections } from '#lib/workspaces/sections.ts'
import type { PageServerLoad } from './$types'

/** What waits for a plan, and where the first of it could go. */
async function heldBack(api: Client, workspace: OutputOf<'getWorkspace'>, section: string) {
  if (section !== 'hold' || !workspace.hold) return { overdue: [], nextSlot: null }
  const at = { params: { workspaceId: workspace.id } }
  const [overdue, nextSlot] = await Promise.all([
    api.listOverdue(at),
    api.nextSlot(at).catch((thrown: unknown) => {
      if (thrown instanceof Problem && thrown.kind === 'conflict') return null
      throw thrown
    }),
  ])
  return { overdue: overdue.data, nextSlot }
}

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
    return { section, writers, keys, ...(await heldBack(locals.api, workspace, section)) }
  }, url)
