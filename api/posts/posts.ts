/** Posts one at a time: made, read, changed, copied, deleted. */
import type { posts } from '#contract/posts/posts.ts'
import { change } from '../../core/publishing/planning.ts'
import { erase } from '../../core/publishing/erasing.ts'
import { channelsOf } from '../../core/generation/drafts.ts'
import { personOf } from '../../core/platform/actor.ts'
import { postOut } from './view.ts'
import { refuseHandles } from '../../core/posts/mentions.ts'
import { byPerson, fieldsOf, findPost, insertPost, lockPost } from '../../core/posts/posts.ts'
import { authorOf } from './author.ts'
import type { Handlers } from '../handler-types.ts'

type Own = Pick<
  typeof posts,
  'createPost' | 'getPost' | 'updatePost' | 'deletePost' | 'duplicatePost'
>

export const postsHandlers: Handlers<Own> = {
  async createPost(ctx, { params, body }, caller) {
    const { personId } = authorOf(caller)
    const { campaignId, externalId, when, ...text } = body
    refuseHandles(text.content)
    const post = await insertPost({
      workspaceId: params.workspaceId,
      fields: { ...text, when: when ?? null },
      author: personId,
      provenance: byPerson(personId),
      now: ctx.now(),
      campaignId,
      externalId,
    })
    return postOut(ctx, post, caller)
  },

  async getPost(ctx, { params }, caller) {
    return postOut(ctx, await findPost(params.workspaceId, params.postId), caller)
  },

  async updatePost(ctx, { params, body }, caller) {
    if (body.content) refuseHandles(body.content)
    const post = await lockPost(params.workspaceId, params.postId)
    await change(ctx, post, body, authorOf(caller))
    return postOut(ctx, post, caller)
  },

  async deletePost(ctx, { params, query, ifMatch }, caller) {
    return erase(ctx, {
      kind: 'post',
      id: params.postId,
      workspaceId: params.workspaceId,
      takeDown: query.takeDown,
      by: personOf(caller.actor) ?? null,
      first: ifMatch,
    })
  },

  async duplicatePost(ctx, { params }, caller) {
    const original = await findPost(params.workspaceId, params.postId)
    const { personId } = authorOf(caller)
    const connected = await channelsOf(params.workspaceId, original.channelIds)
    const channelIds = original.channelIds.filter((id) => connected.some((c) => c.id === id))
    const post = await insertPost({
      workspaceId: params.workspaceId,
      fields: { ...fieldsOf(original), channelIds, when: null },
      author: personId,
      provenance: original.provenance,
      now: ctx.now(),
      campaignId: original.campaignId,
    })
    return postOut(ctx, post, caller)
  },
}
