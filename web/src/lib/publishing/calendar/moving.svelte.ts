/** Moving posts on the calendar: shown at once, sent, taken back when refused, undone on request. */
import { refreshAll } from '$app/navigation'
import type { PostTile, When } from '#contract/posts/post.ts'
import { api } from '#lib/platform/client.ts'
import { showProblem } from '#lib/platform/show-problem.ts'
import { saidWithUndo, saidWrong } from '#lib/ui/toast.ts'

export interface Step {
  tile: Pick<PostTile, 'id' | 'title'>
  from: When
  to: When
}

/** Sends the moves; says how many, and offers the way back. */
export async function movePosts(workspaceId: string, steps: Step[], said: string): Promise<void> {
  const moves = steps.map((s) => ({ postId: s.tile.id, when: s.to }))
  try {
    const { data } = await api.movePosts({ params: { workspaceId }, body: { moves } })
    const refused = data.filter((d) => !d.ok)
    const done = steps.filter((s) => data.some((d) => d.ok && d.postId === s.tile.id))
    if (refused.length > 0) saidWrong('Not moved', refused[0]!.problem ?? undefined)
    if (done.length > 0)
      saidWithUndo(said, () =>
        movePosts(
          workspaceId,
          done.map((s) => ({ ...s, from: s.to, to: s.from })),
          'Moved back',
        ),
      )
  } catch (thrown) {
    showProblem(thrown)
  } finally {
    await refreshAll()
  }
}
