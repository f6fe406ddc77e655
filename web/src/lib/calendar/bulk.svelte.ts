/** Acts on many selected posts: what was refused is said, what was done can be taken back. */
import { refreshAll } from '$app/navigation'
import type { PostTile } from '#contract/post.ts'
import { api } from '#lib/client.ts'
import { showProblem } from '#lib/show-problem.ts'
import { saidWithUndo, saidWrong } from '#lib/ui/toast.ts'
import { daysLater } from './dates.ts'
import { movePosts } from './moving.svelte.ts'

type Outcomes = { data: { postId: string; ok: boolean; problem: string | null }[] }
const ids = (tiles: PostTile[]) => tiles.map((t) => t.id)
const count = (n: number) => (n === 1 ? '1 post' : `${n} posts`)

/** Those that did not go along, with the first one's reason. */
function sayRefused({ data }: Outcomes): void {
  const refused = data.filter((d) => !d.ok)
  if (refused.length > 0)
    saidWrong(`${count(refused.length)} left as before`, refused[0]!.problem ?? undefined)
}

/** One act at a time: its trouble is shown, and the page reads everything anew. */
function oneAtATime() {
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
  /** `undo` gets the ids of those that went along. */
  const settle = (
    ask: () => Promise<Outcomes>,
    word: string,
    undo: (postIds: string[]) => Promise<Outcomes>,
  ) =>
    act(async () => {
      const outcomes = await ask()
      const done = outcomes.data.filter((d) => d.ok).map((d) => d.postId)
      if (done.length > 0)
        saidWithUndo(`${count(done.length)} ${word}`, () =>
          act(async () => sayRefused(await undo(done))),
        )
      sayRefused(outcomes)
    })
  return { state, act, settle }
}

export function bulkActs(workspace: () => string) {
  const { state, act, settle } = oneAtATime()
  const params = () => ({ workspaceId: workspace() })
  const call = (name: 'schedulePosts' | 'cancelPosts' | 'unapprovePosts', postIds: string[]) =>
    api[name]({ params: params(), body: { postIds } })

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
        await movePosts(workspace(), steps, `${count(steps.length)} moved by ${by}`)
      }),
    approve(tiles: PostTile[]) {
      const posts = tiles.map((t) => ({ postId: t.id, contentVersion: t.contentVersion }))
      return settle(
        () => api.approvePosts({ params: params(), body: { posts, schedule: true } }),
        'approved and scheduled',
        (done) => call('unapprovePosts', done),
      )
    },
    /** Out of the schedule; text, approval and time stay, so that scheduling again is one press. */
    cancel: (tiles: PostTile[]) =>
      settle(
        () => call('cancelPosts', ids(tiles)),
        'cancelled',
        (done) => call('schedulePosts', done),
      ),
    schedule: (tiles: PostTile[]) =>
      settle(
        () => call('schedulePosts', ids(tiles)),
        'scheduled',
        (done) => call('cancelPosts', done),
      ),
  }
}
