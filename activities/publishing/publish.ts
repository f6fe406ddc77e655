/** The activities of publishing. Inputs and results are ids, words of closed sets and instants: histories keep them in clear. */
import { ApplicationFailure, CancelledFailure, Context } from '@temporalio/activity'
import { Problem } from '#contract/platform/problems.ts'
import type { Next, Ref } from '../../core/publishing/arming.ts'
import { NetworkError } from '../../networks/network.ts'
import { askFirst, load, makeReady, send, tooEarly, waitFor, type Deps } from './delivering.ts'
import { prepareAhead } from './prepare-ahead.ts'
import { reconcile } from './reconcile.ts'
import { Stopped } from './clock.ts'
import { Dead } from './steps.ts'

export type { Next, Ref }

export interface DeliverInput extends Ref {
  /** The plan the alarm was set for. */
  generation: number
}

/** Longest wait in memory: alarms of a big wave ring up to a minute early. */
const longestWaitMs = 150_000
/** How often the content may change under our hands before the alarm is given up. */
const changesMax = 5
const beatMs = 2_000

export function createPublishActivities(deps: Deps) {
  return {
    /** Load, refresh, prepare, arm shortly before the instant, wait for it, send once, settle. Before arming any failure may be repeated, after it none. */
    deliver: (input: DeliverInput): Promise<Next> =>
      guarded(deps, input, async () => {
        for (let change = 0; change < changesMax; change += 1) {
          const next = await deliverOnce(deps, input)
          if (!('changed' in next)) return next
        }
        return { outcome: 'again', at: deps.ctx.now().toISOString() }
      }),

    /** Uploads a post's images ahead of its instant; what the network acknowledged waits beside the delivery, whatever becomes of this process. */
    prepareMedia: (input: DeliverInput): Promise<void> =>
      guarded(deps, input, () =>
        showingLife((signal) => prepareAhead(deps, input, { signal, patienceMs: Infinity })),
      ),

    /** Asks the network what became of an attempt without an answer. */
    reconcile: (ref: Ref): Promise<Next> => guarded(deps, ref, () => reconcile(deps, ref)),
  }
}

export type PublishActivities = ReturnType<typeof createPublishActivities>

async function deliverOnce(deps: Deps, input: DeliverInput): Promise<Next | { changed: true }> {
  const { hook } = deps
  const loaded = await deps.limiter.run('soon', () => load(deps, input, input.generation))
  await hook('loaded', input.deliveryId)
  if ('next' in loaded) return loaded.next
  const early = tooEarly(deps, loaded.due, longestWaitMs)
  if (early) return early
  const known = await askFirst(deps, loaded)
  if (known) return known
  const ready = await makeReady(deps, loaded)
  if ('changed' in ready) return ready
  if ('next' in ready) return ready.next
  const turn = deps.waves.join(loaded.due)
  const left = await waitFor(deps, turn.armAt).finally(turn.leave)
  if (left) return left
  await hook('waited', input.deliveryId)
  return send(deps, loaded, ready.value, turn)
}

/** Tells Temporal every few seconds that it goes on, and hears from it when it is to end. */
async function showingLife<T>(fn: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const activity = Context.current()
  const timer = setInterval(() => activity.heartbeat(), beatMs)
  try {
    return await fn(activity.cancellationSignal)
  } finally {
    clearInterval(timer)
  }
}

/** Failures leave with their kind alone; the whole of them is in the log. */
async function guarded<T>({ ctx }: Deps, ref: Ref, fn: () => Promise<T>): Promise<T> {
  try {
    return await fn()
  } catch (error) {
    if (error instanceof CancelledFailure) throw error
    if (!(error instanceof Dead) && !(error instanceof Stopped))
      ctx.log.error({ err: error, deliveryId: ref.deliveryId }, 'an activity of publishing failed')
    const kind = error instanceof Problem || error instanceof NetworkError ? error.kind : 'internal'
    throw ApplicationFailure.create({ type: kind, message: kind })
  }
}
