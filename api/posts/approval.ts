/** Review: asking for approval, giving it, taking it back, and what people say about a post. */
import type { posts } from '#contract/posts/posts.ts'
import { Problem } from '#contract/platform/problems.ts'
import { approve, isApproved, refusePrivate } from '../../core/posts/approval.ts'
import { withdraw } from '../../core/publishing/planning.ts'
import { Comment } from '../../core/posts/models/comment.ts'
import { commentsOut, postOut } from './view.ts'
import { addComment, findPost, lockPost } from '../../core/posts/posts.ts'
import { authorOf } from './author.ts'
import type { Handlers } from '../handler-types.ts'

type Own = Pick<
  typeof posts,
  | 'submitPost'
  | 'approvePost'
  | 'withdrawApproval'
  | 'requestChanges'
  | 'listComments'
  | 'createComment'
>

export const postApprovalHandlers: Handlers<Own> = {
  async submitPost(ctx, { params }, caller) {
    const post = await lockPost(params.workspaceId, params.postId)
    refusePrivate(post)
    if (isApproved(post)) throw new Problem('conflict', 'This version is approved already.')
    if (post.state !== 'in_review')
      await post.update({ state: 'in_review', version: post.version + 1 })
    return postOut(ctx, post, caller)
  },

  async approvePost(ctx, { params, body }, caller) {
    const post = await lockPost(params.workspaceId, params.postId)
    await approve(post, body.contentVersion, authorOf(caller))
    return postOut(ctx, post, caller)
  },

  async withdrawApproval(ctx, { params }, caller) {
    const post = await lockPost(params.workspaceId, params.postId)
    if (isApproved(post)) await withdraw(ctx, post, authorOf(caller), 'Approval was taken back.')
    return postOut(ctx, post, caller)
  },

  async requestChanges(ctx, { params, body }, caller) {
    const post = await lockPost(params.workspaceId, params.postId)
    refusePrivate(post)
    const author = authorOf(caller)
    await withdraw(ctx, post, author, 'Changes were asked for.', 'changes_requested')
    await addComment(post, 'changes_requested', body.text, author.personId)
    return postOut(ctx, post, caller)
  },

  async listComments(_ctx, { params }) {
    const post = await findPost(params.workspaceId, params.postId)
    const comments = await Comment.findAll({ where: { postId: post.id }, order: [['id', 'ASC']] })
    return { data: await commentsOut(comments) }
  },

  async createComment(_ctx, { params, body }, caller) {
    const post = await findPost(params.workspaceId, params.postId)
    const comment = await addComment(post, 'comment', body.text, authorOf(caller).personId)
    const [out] = await commentsOut([comment])
    return out!
  },
}
