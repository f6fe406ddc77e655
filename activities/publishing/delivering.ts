/** One delivery from its alarm to its answer, as plain steps; `publish.ts` makes activities of them. */
import { randomUUID } from 'node:crypto'
import type { Call, ChannelAccess, Json, Network, OutgoingPost } from '../../networks/network.ts'
import { NetworkError } from '../../networks/network.ts'
import { callFor, channelAccess } from '../../core/channels/access.ts'
import type { Context } from '../../core/platform/context.ts'
import { done, type Next, type Ref } from '../../core/publishing/arming.ts'
import type { NewContent } from '../../core/publishing/attempts.ts'
import { look, othersOn, windowsOf, type Others } from '../../core/publishing/asking.ts'
import {
  planFor,
  sentBefore,
  type Plan,
  type SentBefore,
  type Windows,
} from '../../core/publishing/sent-before.ts'
import {
  refuseUnarmed,
  settleFound,
  waitForEarlier,
  type Answer,
} from '../../core/publishing/settling.ts'
import { Channel } from '../../core/channels/models/channel.ts'
import { Delivery } from '../../core/publishing/models/delivery.ts'
import { Post } from '../../core/posts/models/post.ts'
import { contentHash, mediaOf, wordsFor } from '../../core/publishing/outgoing.ts'
import { Overtaken, preparedFor } from '../../core/publishing/preparing.ts'
import { uuidv7 } from '../../core/platform/uuid.ts'
import { callAtInstant } from './calling.ts'
import { sleep, Stopped, until } from './clock.ts'
import type { Ledger } from './ledger.ts'
import type { Limiter } from './limiter.ts'
import { prepare } from './preparing.ts'
import { Dead, type Hook } from './steps.ts'
import type { Turn, Waves } from './waves.ts'

export interface Deps {
  ctx: Omit<Context, 'temporal' | 'llm' | 'mail' | typeof Symbol.asyncDispose>
  limiter: Limiter
  ledger: Ledger
  waves: Waves
  hook: Hook
  /** Aborted when the process stops: whoever only waits leaves at once. */
  stopping: AbortSignal
}

/** Everything that one try needs, read before the instant. */
export interface Loaded {
  ref: Ref
  network: Network
  access: ChannelAccess
  call: Call
  outgoing: OutgoingPost
  contentVersion: number
  generation: number
  /** The attempt that would be made. */
  attempt: number
  contentHash: string
  /** What was armed before, oldest first, and what it means for this try. */
  before: SentBefore[]
  plan: Exclude<Plan, { do: 'wait' }>
  windows: Windows
  others: Others
  due: Date
  prepared: Json | undefined
}

/** How long an alarm waits for uploads that another process is at. */
const uploadsPatienceMs = 60_000
/** A network that could not be asked is asked again after this. */
const askAgainMs = 30_000

/** Reads a delivery with its post, channel and images; a Next when there is nothing to send. */
export async function load(
  { ctx }: Deps,
  ref: Ref,
  generation: number | null,
): Promise<Loaded | { next: Next }> {
  const { workspaceId, deliveryId } = ref
  type Found = Loaded | { next: Next } | { waitUntil: Date }
  const found = await ctx.db.tx({ workspace: workspaceId }, async (): Promise<Found> => {
    const delivery = await Delivery.findByPk(deliveryId)
    if (!delivery) return { next: done('gone') }
    if (delivery.state === 'publishing')
      return { next: { outcome: 'ask', at: (delivery.settlesAt ?? ctx.now()).toISOString() } }
    if (delivery.state !== 'scheduled') return { next: done(delivery.state) }
    if (generation !== null && delivery.generation !== generation)
      return { next: done('superseded') }
    const post = await Post.findByPk(delivery.postId, { rejectOnEmpty: true })
    const channel = await Channel.findByPk(delivery.channelId, { rejectOnEmpty: true })
    const network = ctx.networks[channel.network]
    if (!network) throw new Error(`there is no network ${channel.network}`)
    const access = channelAccess(ctx, channel)
    const { prepared, attempt, publishAt, nextTryAt } = delivery
    const outgoing = {
      content: wordsFor(post, channel),
      media: await mediaOf(ctx, workspaceId, post),
    }
    const before = attempt > 0 ? await sentBefore(deliveryId) : []
    const hash = contentHash(outgoing)
    const windows = windowsOf(ctx, channel)
    const plan = planFor(hash, before, windows, ctx.now())
    if (plan.do === 'wait') return { waitUntil: plan.until }
    return {
      ref,
      network,
      access,
      generation: delivery.generation,
      attempt: attempt + 1,
      call: callFor(ctx, workspaceId, access, { deliveryId }),
      outgoing,
      contentHash: hash,
      before,
      plan,
      windows,
      others: before[0]
        ? await othersOn(channel.id, deliveryId, before[0].armedAt)
        : { known: [], open: false, stands: [] },
      contentVersion: post.contentVersion,
      due: nextTryAt && nextTryAt > publishAt ? nextTryAt : publishAt,
      prepared: preparedFor(
        prepared,
        { contentVersion: post.contentVersion, uploadsKept: network.manifest.uploadsKept },
        ctx.now(),
      ),
    }
  })
  return 'waitUntil' in found ? { next: await waitForEarlier(ctx, ref, found.waitUntil) } : found
}

/** Tokens and uploads, before the instant. A refusal here is certain: nothing was sent. What is repeated needs no new uploads. */
export async function makeReady(
  deps: Deps,
  loaded: Loaded,
): Promise<{ value: Json } | { next: Next } | { changed: true }> {
  const { ctx, hook } = deps
  const { ref, network, call, plan } = loaded
  const runner = { signal: deps.stopping, patienceMs: uploadsPatienceMs }
  try {
    await network.refresh?.(call)
    await network.verify?.(call)
    await hook('refreshed', ref.deliveryId)
    const value =
      plan.do === 'repeat' ? null : (loaded.prepared ?? (await prepare(deps, loaded, runner)))
    await hook('prepared', ref.deliveryId)
    return { value }
  } catch (error) {
    if (error instanceof Overtaken) return { changed: true }
    if (error instanceof Stopped) return { next: { outcome: 'again', at: ctx.now().toISOString() } }
    if (!(error instanceof NetworkError)) throw error
    return { next: await refuseUnarmed(ctx, ref, error) }
  }
}

/** Whether the network has to be asked about earlier attempts before anything is sent. */
function mustAsk({ before, plan }: Loaded): boolean {
  if (before.length === 0) return false
  if (plan.do === 'replace' || (plan.do === 'repeat' && plan.proof)) return true
  // It was asked just now.
  const last = before.at(-1)!.attempts.at(-1)?.outcome
  return last !== 'absent' && last !== 'unlisted' && last !== 'unsent' && last !== 'taken_down'
}

/** Earlier attempts, refused or given up by a person: the network is asked for all of them before anything is sent again. */
export async function askFirst({ ctx }: Deps, loaded: Loaded): Promise<Next | null> {
  if (!mustAsk(loaded)) return null
  const { before, plan, windows, contentHash, attempt, ref } = loaded
  const needed = plan.do === 'replace' || (plan.do === 'repeat' && plan.proof)
  try {
    await loaded.network.refresh?.(loaded.call)
    const known = await look(loaded, before)
    const settles = known.state === 'found' || (needed && known.state === 'unknown')
    if (known.state === 'part') loaded.others.stands = known.stands
    if (!settles) return null
    return await settleFound(ctx, { ...ref, attempt: attempt - 1 }, { known, windows, contentHash })
  } catch (error) {
    if (!(error instanceof NetworkError)) throw error
    // A definite no stands without the network's word; anything else has a person's decision behind it.
    if (!needed) return null
    return { outcome: 'again', at: new Date(ctx.now().getTime() + askAgainMs).toISOString() }
  }
}

/** Arms, waits for the instant, sends once, settles. `changed`: the content is another than the prepared one. */
export async function send(
  deps: Deps,
  loaded: Loaded,
  prepared: Json,
  turn: Turn,
): Promise<Next | { changed: true }> {
  const { ctx, hook, stopping } = deps
  const { ref, outgoing, generation, attempt, contentVersion, due } = loaded
  const claim = uuidv7(ctx.now().getTime())
  const budgetMs =
    ctx.config.publishing.callTimeoutMs * Math.max(1, outgoing.content.segments.length)
  await hook('before arming', ref.deliveryId)
  const arming = {
    ...ref,
    generation,
    attempt,
    contentVersion,
    claim,
    budgetMs,
    sendAt: due,
    content: contentFor(loaded, prepared),
  }
  const armed = await deps.ledger.arm(arming).catch(async (error: unknown) => {
    if (error instanceof Dead) throw error
    // The commit's answer may have been lost: under the same claim it is told again.
    ctx.log.warn({ err: error, deliveryId: ref.deliveryId }, 'arming had no answer')
    await sleep(200)
    return deps.ledger.arm(arming)
  })
  if (!armed.armed) return 'changed' in armed ? { changed: true } : armed.next
  const begun = performance.now()
  await hook('armed', ref.deliveryId)
  await hook('before sending', ref.deliveryId)
  const { frozen, armedAt } = armed
  const answer = await callAtInstant(deps, loaded, { frozen, armedAt, begun, budgetMs })
  await hook('sent', ref.deliveryId)
  await until(turn.settleFrom(), ctx.now, stopping).catch(() => undefined)
  await hook('before settling', ref.deliveryId)
  const next = await settleSurely(deps, { ...ref, attempt }, answer)
  await hook('settled', ref.deliveryId)
  return next
}

/** The same bytes again, or new ones under a new token. */
function contentFor(loaded: Loaded, prepared: Json): SentBefore | NewContent {
  const { plan, network, outgoing, access, contentHash } = loaded
  if (plan.do === 'repeat') return plan.content
  const token = randomUUID()
  return {
    token,
    contentHash,
    compose: (at) => network.compose(outgoing, prepared, { token, at, channel: access }),
  }
}

/** The answer is the only copy there is: it is written as soon as the database takes it, for half a minute. */
export async function settleSurely(
  { ctx, ledger }: Deps,
  ref: Ref & { attempt: number },
  answer: Answer,
): Promise<Next> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await ledger.settle({ ...ref, answer })
    } catch (error) {
      if (error instanceof Dead || tries === 12) throw error
      ctx.log.warn(
        { err: error, deliveryId: ref.deliveryId, attempt: tries },
        'settling is tried again',
      )
      await sleep(Math.min(5_000, 100 * 2 ** tries))
    }
  }
}

/** A Next when the instant is too far away to wait for it in memory: the alarm was woken early. */
export function tooEarly({ ctx }: Deps, due: Date, longestMs: number): Next | null {
  if (due.getTime() - ctx.now().getTime() <= longestMs) return null
  const at = new Date(due.getTime() - ctx.config.publishing.leadMs)
  return { outcome: 'again', at: at.toISOString() }
}

/** Waits for the instant; a Next when the process stops before. */
export async function waitFor({ ctx, stopping }: Deps, due: Date): Promise<Next | null> {
  try {
    await until(due, ctx.now, stopping)
    return null
  } catch (error) {
    if (!(error instanceof Stopped)) throw error
    return { outcome: 'again', at: ctx.now().toISOString() }
  }
}
