/** Preparing ahead of the instant. */
import { CancelledFailure } from '@temporalio/activity'
import type { Ref } from '../../core/publishing/arming.ts'
import { Overtaken } from '../../core/publishing/preparing.ts'
import { NetworkError } from '../../networks/network.ts'
import { sleep, Stopped } from './clock.ts'
import { load, type Deps, type Loaded } from './delivering.ts'
import { prepare, type Runner } from './preparing.ts'
import { Dead } from './steps.ts'

/** What is left to the alarm. */
const alarmNeedsMs = 3_000
const pauseMaxMs = 15_000
/** What may be over by itself before the instant. */
const passing = new Set(['server_busy', 'unreachable', 'rate_limited'])

/**
 * Prepares ahead of the instant, again and again while there is time for it. What still fails then is tried once more by the alarm, which tells
 * what the network says.
 */
export async function prepareAhead(
  deps: Deps,
  input: Ref & { generation: number },
  runner: Runner,
): Promise<void> {
  const over = AbortSignal.any([runner.signal, deps.stopping])
  for (let tries = 0; ; tries += 1) {
    const loaded = await load(deps, input, input.generation)
    if ('next' in loaded || loaded.plan.do === 'repeat') return
    const failed = await prepareOnce(deps, loaded, runner)
    if (!failed) return
    if (failed instanceof Overtaken) continue
    const now = deps.ctx.now().getTime()
    const pauseMs = pauseFor(failed, tries, now)
    if (now + pauseMs > loaded.due.getTime() - alarmNeedsMs) return
    await sleep(pauseMs, over)
  }
}

/** The error of a try that another one may follow. */
async function prepareOnce(deps: Deps, loaded: Loaded, runner: Runner): Promise<Error | null> {
  try {
    await loaded.network.refresh?.(loaded.call)
    await prepare(deps, loaded, runner)
    return null
  } catch (error) {
    if ([Stopped, CancelledFailure, Dead].some((kind) => error instanceof kind)) throw error
    if (!(error instanceof NetworkError || error instanceof Overtaken)) {
      const { deliveryId } = loaded.ref
      deps.ctx.log.error({ err: error, deliveryId }, 'preparing failed and is tried again')
    }
    return error as Error
  }
}

/** `Infinity`: it will not be over by itself. */
function pauseFor(error: Error, tries: number, now: number): number {
  if (error instanceof NetworkError && !passing.has(error.kind)) return Infinity
  const retryAt = error instanceof NetworkError ? error.retryAt?.getTime() : undefined
  return Math.max((retryAt ?? 0) - now, Math.min(pauseMaxMs, 500 * 2 ** tries))
}
