import { error } from '@sveltejs/kit'
import { may } from '#lib/platform/rights.ts'
import type { PageServerLoad } from './$types'

export const load: PageServerLoad = async ({ parent }) => {
  const { workspace } = await parent()
  if (!may(workspace, 'campaign.create'))
    error(403, 'Your role does not allow this', {
      kind: 'forbidden',
      detail: 'Owners and editors write campaigns. An owner of the workspace can change your role.',
    })
}
