/** Acts on many selected posts: what was refused is said, what was done can be taken back. */
import { refreshAll } from '$app/navigation'
import type { PostTile } from '#contract/posts/post.ts'
import { api } from '#lib/platform/client.ts'
import { doneIn, sayDone, sayRefused, type Outcomes } from '#lib/posts/together.ts'
import { counted } from '#lib/posts/words.ts'
import { showProblem } from '#lib/platform/show-problem.ts'
import { daysLater } from './dates.ts'
import { movePosts } from './moving.svelte.ts'

const ids = (tiles: PostTile[]) => tiles.map((t) => t.id)

/** One act at a time: its trouble is shown, and the page reads everything anew. */
function oneAtATime(params: () => { workspaceId: string }) {
  const state = $state({ busy: false })
  async function act(work: () => Promise<unknown>) {
    state.busy = true
    try {
      await work()
    } catch (thrown) {
      showProblem(thrown)
    } finally {
      state.busy = false
      await refreshAll()
    }
  }
  const settle = (ask: () => Promise<Outcomes>, word: string) =>
    act(async () => {
      const outcomes = await ask()
      sayDone(outcomes, `${counted(doneIn(outcomes).length)} ${word}`, (back) =>
        act(async () => sayRefused(await back(params()))),
      )
      sayRefused(outcomes)
    })
  return { state, act, settle }
}

export function bulkActs(workspace: () => string) {
  const params = () => ({ workspaceId: workspace() })
  const { state, act, settle } = oneAtATime(params)

  return {
    get busy() {
      return state.busy
    },
    move: (tiles: PostTile[], days: number) =>
      act(async () => {
        const steps = tiles.flatMap((tile) => {
          if (!tile.wallTime || !tile.timeZone) return []
          const from = { wallTime: tile.wallTime, timeZone: tile.timeZone }
          return [{ tile, from, to: { ...from, wallTime: daysLater(from.wallTime, days) } }]
        })
        const by = `${days} ${Math.abs(days) === 1 ? 'day' : 'days'}`
        await movePosts(workspace(), steps, `${counted(steps.length)} moved by ${by}`)
      }),
    approve(tiles: PostTile[]) {
      const posts = tiles.map((t) => ({ postId: t.id, contentVersion: t.contentVersion }))
      return settle(
        () => api.approvePosts({ params: params(), body: { posts, schedule: true } }),
        'approved and scheduled',
      )
    },
    /** Out of the schedule; text, approval and time stay, so that scheduling again is one press. */
    cancel: (tiles: PostTile[]) =>
      settle(
        () => api.cancelPosts({ params: params(), body: { postIds: ids(tiles) } }),
        'cancelled',
      ),
    schedule: (tiles: PostTile[]) =>
      settle(
        () => api.schedulePosts({ params: params(), body: { postIds: ids(tiles) } }),
        'scheduled',
      ),
  }
}
