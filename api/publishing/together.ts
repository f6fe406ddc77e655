/** The same for many posts at once: each has its own outcome, and one that cannot go along does not hold up the others. */
import type { postsTogether } from '#contract/publishing/together.ts'
import { Problem } from '#contract/platform/problems.ts'
import { approve, isApproved } from '../../core/posts/approval.ts'
import { change, scheduleAt, undoApproval } from '../../core/publishing/planning.ts'
import { run } from '../../core/platform/db.ts'
import { cancel, type Clock } from '../../core/publishing/ledger.ts'
import type { Post } from '../../core/posts/models/post.ts'
import { lockPost, type Author } from '../../core/posts/posts.ts'
import { authorOf } from '../posts/author.ts'
import type { Caller, Handlers } from '../handler-types.ts'
import { resources } from '../resources.ts'

type Did = 'approved' | 'scheduled' | 'cancelled'
interface Outcome {
  postId: string
  ok: boolean
  problem: string | null
  did: Did[]
}

export const togetherHandlers: Handlers<typeof postsTogether> = {
  async movePosts(ctx, { params, body }, caller) {
    const author = authorOf(caller)
    return each(caller, params.workspaceId, body.moves, async (post, { when }) => {
      await change(ctx, post, { when }, author)
    })
  },

  async approvePosts(ctx, { params, body }, caller) {
    const author = authorOf(caller)
    return each(caller, params.workspaceId, body.posts, async (post, { contentVersion }) => {
      const before = isApproved(post)
      await approve(post, contentVersion, author)
      const scheduled = body.schedule ? await scheduleUnless(ctx, post, author) : []
      return before ? scheduled : ['approved', ...scheduled]
    })
  },

  async unapprovePosts(ctx, { params, body }, caller) {
    const author = authorOf(caller)
    return each(caller, params.workspaceId, named(body.postIds), async (post) => {
      await undoApproval(ctx, post, author)
    })
  },

  async schedulePosts(ctx, { params, body }, caller) {
    const author = authorOf(caller)
    return each(caller, params.workspaceId, named(body.postIds), (post) =>
      scheduleUnless(ctx, post, author),
    )
  },

  async cancelPosts(ctx, { params, body }, caller) {
    const { personId } = authorOf(caller)
    return each(caller, params.workspaceId, named(body.postIds), async (post) => {
      const cancelled = await cancel(ctx, post, { by: personId })
      if (cancelled === 0) throw new Problem('conflict', 'Nothing of this post is scheduled.')
      await post.update({ version: post.version + 1 })
      return ['cancelled']
    })
  },
}

/** Schedules a post at its own time, unless it is scheduled already. */
async function scheduleUnless(ctx: Clock, post: Post, author: Author): Promise<Did[]> {
  if (post.shown === 'scheduled') return []
  await scheduleAt(ctx, post, undefined, author)
  return ['scheduled']
}

const named = (postIds: string[]) => postIds.map((postId) => ({ postId }))

/** Does its work with one post; what it names as done can be taken back. */
type Work<T> = (post: Post, item: T) => Promise<Did[] | void>

/** Works on each post behind a savepoint, in the order of ids, so that two callers with the same posts never wait in a circle. */
async function each<T extends { postId: string }>(
  caller: Caller,
  workspaceId: string,
  items: T[],
  work: Work<T>,
): Promise<{ data: Outcome[] }> {
  const outcomes = new Map<T, Outcome>()
  for (const item of [...items].sort((a, b) => (a.postId < b.postId ? -1 : 1)))
    outcomes.set(item, await one(caller, workspaceId, item, work))
  return { data: items.map((item) => outcomes.get(item)!) }
}

async function one<T extends { postId: string }>(
  caller: Caller,
  workspaceId: string,
  item: T,
  work: Work<T>,
): Promise<Outcome> {
  await run('savepoint one_post')
  try {
    const post = await lockPost(workspaceId, item.postId)
    // What stands in a body is loaded and decided on here, as dispatch does for what stands in a path.
    if (!caller.can('post', 'read', post)) throw new Problem('not_found', resources.post.gone)
    const did = await work(post, item)
    await run('release savepoint one_post')
    return { postId: item.postId, ok: true, problem: null, did: did ?? [] }
  } catch (error) {
    if (!(error instanceof Problem)) throw error
    await run('rollback to savepoint one_post')
    return { postId: item.postId, ok: false, problem: error.detail ?? error.message, did: [] }
  }
}
