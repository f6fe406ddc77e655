import type { Client } from '#contract/client.ts'
import { load as asked } from '#lib/server/guard.ts'
import type { PageServerLoad } from './$types'

/** Posts on one page of a campaign; later ones follow by its Table view and the Posts list. */
const most = 200

export const load: PageServerLoad = async ({ locals, params, url }) =>
  asked(async () => {
    const at = { workspaceId: params.workspace, campaignId: params.campaign }
    const [campaign, runs, tiles] = await Promise.all([
      locals.api.getCampaign({ params: at }),
      locals.api.listRuns({ params: at, query: { limit: 50 } }),
      locals.api.listPosts({
        params: { workspaceId: params.workspace },
        query: { campaignId: params.campaign, order: 'time', limit: most },
      }),
    ])
    const view = url.searchParams.get('view') === 'table' ? ('table' as const) : ('cards' as const)
    return {
      campaign,
      runs: runs.data,
      view,
      posts: await whole(locals.api, params.workspace, tiles.data),
      more: tiles.next !== null,
    }
  }, url)

/** The posts with their texts, a few at a time so that one page does not take every connection. */
async function whole(api: Client, workspaceId: string, tiles: { id: string }[]) {
  const posts = []
  for (let i = 0; i < tiles.length; i += 6) {
    const part = tiles.slice(i, i + 6)
    posts.push(
      ...(await Promise.all(
        part.map((t) => api.getPost({ params: { workspaceId, postId: t.id } })),
      )),
    )
  }
  return posts
}
