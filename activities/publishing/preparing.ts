/** Preparing a delivery: one step that can be broken off anywhere and goes on elsewhere, where the network last acknowledged something. */
import { because } from '#contract/posts/refusals.ts'
import { CancelledFailure } from '@temporalio/activity'
import { callFor } from '../../core/channels/access.ts'
import {
  claimPreparation,
  Overtaken,
  type Held,
  type Wanted,
} from '../../core/publishing/preparing.ts'
import { remark } from '../../core/publishing/settling.ts'
import { NetworkError, type Json } from '../../networks/network.ts'
import { sleep, Stopped } from './clock.ts'
import type { Deps, Loaded } from './delivering.ts'
import { Dead } from './steps.ts'

/** Who runs a preparation. */
export interface Runner {
  /** Aborted when it is to end. */
  signal: AbortSignal
  /** How long it may wait for another process that is at it. */
  patienceMs: number
}

const renewMs = 2_000
const lookAgainMs = 500

/** What the network needs beforehand; what a person should know of it becomes a line of what happened. */
export async function prepare(deps: Deps, loaded: Loaded, runner: Runner): Promise<Json> {
  const { ref, network, call, outgoing } = loaded
  const value = hasUploads(loaded)
    ? await uploaded(deps, loaded, runner)
    : await network.prepare(call, outgoing, null, () => Promise.resolve())
  for (const found of network.remarks?.(value) ?? []) await remark(deps.ctx, ref, found)
  return value
}

/** Words alone need no claim: whatever is asked about them may be asked twice. */
const hasUploads = ({ network, outgoing }: Loaded): boolean =>
  !network.manifest.own && outgoing.content.segments.some(({ assetIds }) => assetIds.length > 0)

async function uploaded(deps: Deps, loaded: Loaded, runner: Runner): Promise<Json> {
  const { contentVersion, generation, attempt, network } = loaded
  const { uploadsKept } = network.manifest
  const wanted: Wanted = { contentVersion, generation, attempt: attempt - 1, uploadsKept }
  const until = performance.now() + runner.patienceMs
  for (;;) {
    const step = await claimPreparation(deps.ctx, loaded.ref, wanted)
    if (step.do === 'use') return step.value
    if (step.do === 'go') return underClaim(deps, loaded, step.held, runner)
    if (performance.now() > until)
      throw new NetworkError('no', 'server_busy', because('images_uploading'))
    await sleep(lookAgainMs, AbortSignal.any([runner.signal, deps.stopping]))
  }
}

async function underClaim(
  deps: Deps,
  { ref, network, access, outgoing }: Loaded,
  held: Held,
  runner: Runner,
): Promise<Json> {
  const { ctx, stopping, hook } = deps
  const end = new AbortController()
  const over = AbortSignal.any([runner.signal, stopping, end.signal])
  const timer = setInterval(() => {
    held.renew().catch((error) => error instanceof Overtaken && end.abort(error))
  }, renewMs)
  try {
    const { workspaceId, deliveryId } = ref
    const call = callFor(ctx, workspaceId, access, { deliveryId, signal: over })
    const keep = async (state: Json): Promise<void> => {
      over.throwIfAborted()
      await held.keep(state)
      await hook('uploaded', deliveryId)
    }
    const value = await Promise.race([
      network.prepare(call, outgoing, held.state, keep),
      whenOver(over),
    ])
    await held.finish(value)
    return value
  } catch (error) {
    if (!(error instanceof Dead)) await held.release().catch(() => undefined)
    throw over.aborted ? reasonOf(over) : error
  } finally {
    clearInterval(timer)
    end.abort()
  }
}

function whenOver(over: AbortSignal): Promise<never> {
  const { promise, reject } = Promise.withResolvers<never>()
  over.addEventListener('abort', () => reject(reasonOf(over)), { once: true })
  if (over.aborted) reject(reasonOf(over))
  promise.catch(() => undefined)
  return promise
}

const reasonOf = ({ reason }: AbortSignal): Error =>
  reason instanceof Overtaken || reason instanceof CancelledFailure ? reason : new Stopped()
