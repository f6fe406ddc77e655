import { load as asked } from '#lib/server/guard.ts'
import { assetsOf } from '#lib/server/media.ts'
import type { PageServerLoad } from './$types'

export const load: PageServerLoad = async ({ locals, params, url }) =>
  asked(async () => {
    const at = { params: { workspaceId: params.workspace, postId: params.post } }
    const [post, moves, comments, versions] = await Promise.all([
      locals.api.getPost(at),
      locals.api.listMoves(at),
      locals.api.listComments(at),
      locals.api.listVersions(at),
    ])
    const ids = [post.content.segments, ...post.ownTexts.map((o) => o.segments)]
      .flat()
      .flatMap((s) => s.assetIds)
    const campaign = post.campaignId
      ? await locals.api.getCampaign({
          params: { workspaceId: params.workspace, campaignId: post.campaignId },
        })
      : null
    return {
      post,
      moves: moves.data,
      comments: comments.data,
      versions: versions.data,
      assets: await assetsOf(locals.api, params.workspace, ids),
      campaign: campaign && { id: campaign.id, name: campaign.name },
    }
  }, url)
