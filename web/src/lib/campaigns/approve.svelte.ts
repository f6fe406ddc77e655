/** Approving one post or many, each in the version that was read, with undo. */
import { SvelteSet } from 'svelte/reactivity'
import { refreshAll } from '$app/navigation'
import type { Post } from '#contract/posts/post.ts'
import { api } from '#lib/platform/client.ts'
import { doneIn, refusedIn, sayDone, sayRefused } from '#lib/posts/together.ts'
import { counted } from '#lib/posts/words.ts'
import { showProblem } from '#lib/platform/show-problem.ts'
import { saidWrong } from '#lib/ui/toast.ts'

/** Approves and schedules what has a time, approves the rest; posts that could not be are said with their reason. */
export function approvalOf(workspace: () => string) {
  const busy = new SvelteSet<string>()
  const state = $state({ all: false })

  async function approve(posts: Post[]) {
    const at = { workspaceId: workspace() }
    const named = posts.map((p) => ({ postId: p.id, contentVersion: p.contentVersion }))
    const schedule = posts.every((p) => p.when !== null)
    try {
      const outcomes = await api.approvePosts({ params: at, body: { posts: named, schedule } })
      const [done, refused] = [doneIn(outcomes), refusedIn(outcomes)]
      await refreshAll()
      if (refused.length > 0)
        saidWrong(
          `${refused.length} of ${posts.length} could not be ${schedule ? 'scheduled' : 'approved'}`,
          refused[0]!.problem ?? undefined,
        )
      const are = `${counted(done.length)} ${done.length === 1 ? 'is' : 'are'}`
      sayDone(outcomes, `${are} approved${schedule ? ' and scheduled' : ''}`, async (back) => {
        try {
          sayRefused(await back(at))
        } catch (thrown) {
          showProblem(thrown)
        }
        await refreshAll()
      })
    } catch (thrown) {
      showProblem(thrown)
    }
  }

  return {
    busy,
    get all() {
      return state.all
    },
    async one(post: Post) {
      busy.add(post.id)
      await approve([post])
      busy.delete(post.id)
    },
    async many(posts: Post[]) {
      state.all = true
      await approve(posts)
      state.all = false
    },
  }
}
