import { load as asked } from '#lib/server/guard.ts'
import type { PageServerLoad } from './$types'

export const load: PageServerLoad = async ({ locals, params, url }) =>
  asked(async () => {
    const at = { workspaceId: params.workspace, campaignId: params.campaign }
    return { campaign: await locals.api.getCampaign({ params: at }) }
  }, url)
