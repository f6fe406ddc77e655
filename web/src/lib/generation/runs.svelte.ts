/** Starting and stopping the writing of a campaign. */
import { refreshAll } from '$app/navigation'
import type { InputOf, OutputOf } from '#contract/client.ts'
import { api, newKey } from '#lib/platform/client.ts'
import { showProblem } from '#lib/platform/show-problem.ts'

export type Run = OutputOf<'getRun'>
export type Choice = NonNullable<InputOf<'createRun'>['body']>

export const isOpen = (run: Pick<Run, 'state'> | null): boolean =>
  run?.state === 'planning' || run?.state === 'writing'

const stateNames = {
  planning: 'Planning',
  writing: 'Writing',
  done: 'Written',
  cancelled: 'Stopped',
  failed: 'Failed',
} satisfies Record<Run['state'], string>

/** `Written, 6 posts`; `Stopped after 2 of 6 posts`. */
export function runWords(run: Pick<Run, 'state' | 'postsWritten' | 'postsPlanned'>): string {
  const posts = `${run.postsWritten} ${run.postsWritten === 1 ? 'post' : 'posts'}`
  if (run.state === 'done') return `${stateNames.done}, ${posts}`
  if (run.state === 'planning' || run.postsPlanned === 0) return stateNames[run.state]
  const of = `${run.postsWritten} of ${run.postsPlanned} posts`
  return isOpen(run) ? `${stateNames[run.state]}, ${of}` : `${stateNames[run.state]} after ${of}`
}

/** Acts on a campaign's runs; each says whether it was done, and a refusal is shown. */
export function writingOf(at: () => { workspaceId: string; campaignId: string }) {
  const state = $state({ busy: false })

  async function act(work: () => Promise<unknown>): Promise<boolean> {
    state.busy = true
    try {
      await work()
      return true
    } catch (thrown) {
      showProblem(thrown)
      return false
    } finally {
      await refreshAll()
      state.busy = false
    }
  }
  const stop = (run: Run) => api.cancelRun({ params: { ...at(), runId: run.id } })

  return {
    get busy() {
      return state.busy
    },
    stop: (run: Run) => act(() => stop(run)),
    start: (body: Choice) =>
      act(() => api.createRun({ params: at(), body, idempotencyKey: newKey() })),
    /** Ends what waits for a provider, and lets the starter writer write what is missing. */
    byStarter: (run: Run) =>
      act(async () => {
        if (isOpen(run)) await stop(run)
        const body = { drafts: 'fill', writer: 'starter' } as const
        await api.createRun({ params: at(), body, idempotencyKey: newKey() })
      }),
  }
}
