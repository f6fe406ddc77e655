/** The one call of a delivery, at its instant, outside any unit of work. */
import { because } from '#contract/posts/refusals.ts'
import { callFor } from '../../core/channels/access.ts'
import type { Answer } from '../../core/publishing/settling.ts'
import type { Frozen } from '../../networks/network.ts'
import { NetworkError } from '../../networks/network.ts'
import type { Deps, Loaded } from './delivering.ts'
import { Stopped, until } from './clock.ts'
import { Dead } from './steps.ts'

export interface Armed {
  frozen: Frozen
  armedAt: Date
  /** `performance.now()` when it was armed. */
  begun: number
  /** Longest time of the call. */
  budgetMs: number
}

/** A server may close a connection on which nothing comes. */
const openLongestMs = 2_000

/**
 * Makes the call, at its instant. Where the network allows it the connection is opened before and the first byte leaves at the instant, or the
 * post is put there before, hidden until then. Whatever goes wrong before the first byte is as if nothing had been tried.
 */
export async function callAtInstant(deps: Deps, loaded: Loaded, armed: Armed): Promise<Answer> {
  const due = Math.max(loaded.due.getTime(), armed.armedAt.getTime())
  if (loaded.network.ahead === 'post') {
    if (deps.stopping.aborted || sleptThrough(deps, due, armed)) return { kind: 'unsent' }
    return callOnce(deps, loaded, armed, { due, showAt: new Date(due) })
  }
  const earlyMs = Math.min(openLongestMs, (due - armed.armedAt.getTime()) / 3)
  if (loaded.network.ahead === 'connection' && earlyMs > 0) {
    if (!(await reached(deps, due - earlyMs))) return { kind: 'unsent' }
    let released = false
    const hold = mayGo(deps, due, armed).then((may) => {
      if (!may) throw new Stopped()
      released = true
    })
    // A call that failed by itself no longer looks at it.
    hold.catch(() => undefined)
    const answer = await callOnce(deps, loaded, armed, { due, hold })
    if (released) return answer
  }
  if (!(await mayGo(deps, due, armed))) return { kind: 'unsent' }
  return callOnce(deps, loaded, armed, { due })
}

/** Waits for the instant. False when nothing may be sent any more: the process is to stop, and the next one sends it; or it slept. */
async function mayGo(deps: Deps, due: number, armed: Armed): Promise<boolean> {
  if (due > deps.ctx.now().getTime() && !(await reached(deps, due))) return false
  return !sleptThrough(deps, due, armed)
}

/** Whether this process slept since arming and may have been given up: whoever asked the network meanwhile must stay right. */
function sleptThrough({ ctx }: Deps, due: number, { armedAt, begun, budgetMs }: Armed): boolean {
  const asleepMs = performance.now() - begun - (due - armedAt.getTime())
  return asleepMs > budgetMs / 2 || ctx.now().getTime() - due > budgetMs / 2
}

/** Waits; false when the process stops before. */
async function reached({ ctx, stopping }: Deps, at: number): Promise<boolean> {
  try {
    await until(new Date(at), ctx.now, stopping)
    return true
  } catch (error) {
    if (error instanceof Stopped) return false
    throw error
  }
}

/** Ended by force when its time is over. */
async function callOnce(
  { ctx, limiter }: Deps,
  { ref, network, access, others }: Loaded,
  { frozen, budgetMs }: Armed,
  { due, ...early }: { due: number; hold?: Promise<void>; showAt?: Date },
): Promise<Answer> {
  const { hold, showAt } = early
  const end = new AbortController()
  const leftMs = hold || showAt ? Math.max(0, due - ctx.now().getTime()) : 0
  const timer = setTimeout(() => end.abort(), leftMs + budgetMs)
  const over = new Promise<never>((_, reject) => {
    end.signal.addEventListener('abort', () =>
      reject(new NetworkError('ambiguous', 'unreachable', because('late_answer'))),
    )
  })
  try {
    const { deliveryId, workspaceId } = ref
    const call = callFor(ctx, workspaceId, access, { deliveryId, signal: end.signal, ...early })
    const send = () => network.publish(call, frozen, others.stands)
    // A port of our own leads to the same database: what goes out now overtakes the settling of what is out.
    const sent = network.manifest.port ? limiter.run('now', send) : send()
    const published = await Promise.race([sent, over])
    const now = ctx.now()
    return { kind: 'published', published, at: showAt && showAt > now ? showAt : now }
  } catch (error) {
    if (error instanceof Dead) throw error
    if (error instanceof NetworkError && error.verdict === 'no') return { kind: 'refused', error }
    if (!(error instanceof NetworkError))
      ctx.log.error(
        { err: error, deliveryId: ref.deliveryId },
        'a network function broke while sending',
      )
    const known = error instanceof NetworkError
    return {
      kind: 'ambiguous',
      because: known ? error.because : because('broke_off'),
      stands: known ? error.stands : [],
    }
  } finally {
    clearTimeout(timer)
  }
}
