/** The same for many posts at once: each has its own outcome, and one that cannot go along does not hold up the others. */
import type { posts } from '#contract/posts.ts'
import { Problem } from '#contract/problems.ts'
import { approve, change, scheduleAt, undoApproval } from '../../core/approval.ts'
import { run } from '../../core/db.ts'
import { cancel } from '../../core/ledger.ts'
import type { Post } from '../../core/models/post.ts'
import { lockPost } from '../../core/posts.ts'
import { authorOf } from '../author.ts'
import type { Handlers } from '../handler-types.ts'

type Own = Pick<
  typeof posts,
  'movePosts' | 'approvePosts' | 'unapprovePosts' | 'schedulePosts' | 'cancelPosts'
>

interface Outcome {
  postId: string
  ok: boolean
  problem: string | null
}

export const postBulkHandlers: Handlers<Own> = {
  async movePosts(ctx, { params, body }, caller) {
    const author = authorOf(caller)
    return each(params.workspaceId, body.moves, async (post, { when }) => {
      await change(ctx, post, { when }, author)
    })
  },

  async approvePosts(ctx, { params, body }, caller) {
    const author = authorOf(caller)
    return each(params.workspaceId, body.posts, async (post, { contentVersion }) => {
      await approve(post, contentVersion, author)
      if (body.schedule && post.shown !== 'scheduled')
        await scheduleAt(ctx, post, undefined, author)
    })
  },

  async unapprovePosts(ctx, { params, body }, caller) {
    const author = authorOf(caller)
    return each(params.workspaceId, named(body.postIds), (post) => undoApproval(ctx, post, author))
  },

  async schedulePosts(ctx, { params, body }, caller) {
    const author = authorOf(caller)
    return each(params.workspaceId, named(body.postIds), async (post) => {
      if (post.shown !== 'scheduled') await scheduleAt(ctx, post, undefined, author)
    })
  },

  async cancelPosts(ctx, { params, body }, caller) {
    const { personId } = authorOf(caller)
    return each(params.workspaceId, named(body.postIds), async (post) => {
      const cancelled = await cancel(ctx, post, { by: personId })
      if (cancelled === 0) throw new Problem('conflict', 'Nothing of this post is scheduled.')
      await post.update({ version: post.version + 1 })
    })
  },
}

const named = (postIds: string[]) => postIds.map((postId) => ({ postId }))

/** Works on each post behind a savepoint, in the order of ids, so that two callers with the same posts never wait in a circle. */
async function each<T extends { postId: string }>(
  workspaceId: string,
  items: T[],
  work: (post: Post, item: T) => Promise<void>,
): Promise<{ data: Outcome[] }> {
  const outcomes = new Map<T, Outcome>()
  for (const item of [...items].sort((a, b) => (a.postId < b.postId ? -1 : 1)))
    outcomes.set(item, await one(workspaceId, item, work))
  return { data: items.map((item) => outcomes.get(item)!) }
}

async function one<T extends { postId: string }>(
  workspaceId: string,
  item: T,
  work: (post: Post, item: T) => Promise<void>,
): Promise<Outcome> {
  await run('savepoint one_post')
  try {
    await work(await lockPost(workspaceId, item.postId), item)
    await run('release savepoint one_post')
    return { postId: item.postId, ok: true, problem: null }
  } catch (error) {
    if (!(error instanceof Problem)) throw error
    await run('rollback to savepoint one_post')
    return { postId: item.postId, ok: false, problem: error.detail ?? error.message }
  }
}
