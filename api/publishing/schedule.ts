/** When a post goes out: at a time, in the next free slot, now, or not after all. */
import type { schedule } from '#contract/publishing/schedule.ts'
import { fieldProblem, Problem } from '#contract/platform/problems.ts'
import { publishAtOnce, scheduleAt } from '../../core/publishing/planning.ts'
import { cancel } from '../../core/publishing/ledger.ts'
import { postOut } from '../posts/view.ts'
import { lockPost } from '../../core/posts/posts.ts'
import { nextFreeSlot, takeFreeSlot } from '../../core/publishing/slots.ts'
import { authorOf } from '../posts/author.ts'
import type { Handlers } from '../handler-types.ts'

export const scheduleHandlers: Handlers<typeof schedule> = {
  async schedulePost(ctx, { params, body }, caller) {
    if (body.when && body.nextFreeSlot)
      throw fieldProblem('/nextFreeSlot', 'Give a time or ask for the next free slot, not both.')
    const post = await lockPost(params.workspaceId, params.postId)
    const when = body.nextFreeSlot
      ? await takeFreeSlot(params.workspaceId, ctx.now(), post.id)
      : body.when
    await scheduleAt(ctx, post, when, authorOf(caller))
    return postOut(ctx, post, caller)
  },

  async publishPost(ctx, { params }, caller) {
    const post = await lockPost(params.workspaceId, params.postId)
    await publishAtOnce(ctx, post, authorOf(caller))
    return postOut(ctx, post, caller)
  },

  async cancelPost(ctx, { params }, caller) {
    const post = await lockPost(params.workspaceId, params.postId)
    const cancelled = await cancel(ctx, post, { by: authorOf(caller).personId })
    if (cancelled === 0) throw new Problem('conflict', 'Nothing of this post is scheduled.')
    await post.update({ version: post.version + 1 })
    return postOut(ctx, post, caller)
  },

  async nextSlot(ctx, { params }) {
    return nextFreeSlot(params.workspaceId, ctx.now())
  },
}
