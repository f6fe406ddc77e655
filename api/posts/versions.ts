/** Versions of a post's words: looked at, taken back. */
import type { posts } from '#contract/posts/posts.ts'
import { Problem } from '#contract/platform/problems.ts'
import { change } from '../../core/publishing/planning.ts'
import { PostVersion } from '../../core/posts/models/post-version.ts'
import { postOut, versionsOut } from './view.ts'
import { findPost, lockPost } from '../../core/posts/posts.ts'
import { authorOf } from './author.ts'
import type { Handlers } from '../handler-types.ts'

type Own = Pick<typeof posts, 'listVersions' | 'restoreVersion'>

export const postVersionsHandlers: Handlers<Own> = {
  async listVersions(_ctx, { params }) {
    const post = await findPost(params.workspaceId, params.postId)
    const versions = await PostVersion.findAll({
      where: { postId: post.id },
      order: [['contentVersion', 'DESC']],
    })
    return { data: await versionsOut(versions) }
  },

  async restoreVersion(ctx, { params, body }, caller) {
    const post = await lockPost(params.workspaceId, params.postId)
    const { contentVersion } = body
    const version = await PostVersion.findOne({ where: { postId: post.id, contentVersion } })
    if (!version) throw new Problem('not_found', 'There is no such version of this post.')
    const { content, ownTexts, provenance } = version
    const remark = `Version ${contentVersion} again.`
    await change(ctx, post, { content, ownTexts }, authorOf(caller), { provenance, remark })
    return postOut(ctx, post, caller)
  },
}
