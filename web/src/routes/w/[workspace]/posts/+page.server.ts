import { states } from '#lib/ui/states.ts'
import { load as asked } from '#lib/server/guard.ts'
import type { Shown } from '#contract/posts/post.ts'
import type { PageServerLoad } from './$types'

const pageSize = 50
const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/

export const load: PageServerLoad = async ({ locals, params, url }) =>
  asked(async () => {
    const given = (name: string) => url.searchParams.get(name) ?? ''
    const state = given('state') in states ? given('state') : ''
    const idOf = (name: string) => (uuid.test(given(name)) ? given(name) : '')
    const filter = {
      state,
      q: given('q').slice(0, 200),
      channel: idOf('channel'),
      campaignId: idOf('campaignId'),
    }
    const at = { workspaceId: params.workspace }
    const [found, campaigns] = await Promise.all([
      locals.api.listPosts({
        params: at,
        query: {
          limit: pageSize,
          cursor: given('cursor') || undefined,
          q: filter.q || undefined,
          shown: state ? [state as Shown] : undefined,
          channelId: filter.channel || undefined,
          campaignId: filter.campaignId || undefined,
        },
      }),
      locals.api.listCampaigns({ params: at, query: { limit: 100 } }),
    ])
    return {
      filter,
      later: Boolean(given('cursor')),
      tiles: found.data,
      next: found.next,
      campaigns: campaigns.data.map(({ id, name }) => ({ id, name })),
    }
  }, url)
