/** Asks a network what became of what was sent. Only reads there, and writes nothing here. */
import { because } from '#contract/posts/refusals.ts'
import {
  NetworkError,
  type Call,
  type Found,
  type Network,
  type Stood,
} from '../../networks/network.ts'
import { callFor, channelAccess } from '../channels/access.ts'
import type { Channel } from '../channels/models/channel.ts'
import type { Context } from '../platform/context.ts'
import { rows } from '../platform/db.ts'
import { standingOf } from './standing.ts'
import type { SentBefore, Windows } from './sent-before.ts'

type Needs = Pick<Context, 'config' | 'log' | 'db' | 'vault' | 'networks' | 'http' | 'now'>

/** What a network says of all contents that a delivery ever sent; `content` is the one that is there. */
export type Known =
  | (Extract<Found, { state: 'found' | 'part' }> & { content: SentBefore })
  | Extract<Found, { state: 'absent' | 'unknown' }>

/** One look at a channel: which of the contents is there. Throws NetworkError when the network could not be asked. */
export async function look(
  { network, call, others }: { network: Network; call: Call; others: Others },
  contents: SentBefore[],
): Promise<Known> {
  const shown: Extract<Found, { state: 'unknown' }>['shown'] = []
  let by: 'identity' | 'listing' = 'identity'
  let unknown = false
  let part: Extract<Known, { state: 'part' }> | null = null
  // The newest first: it is what most likely stands.
  for (const content of contents.toReversed()) {
    const { frozen, armedAt } = content
    const known = { others: others.known, stands: others.stands }
    const found = await network.find(call, frozen, armedAt, known)
    if (found.state === 'found') return { ...found, content }
    if (found.state === 'part') part ??= { ...found, content }
    if (found.state === 'unknown') {
      unknown = true
      shown.push(...found.shown)
    } else if (found.state === 'absent' && found.by === 'listing') by = 'listing'
  }
  if (!unknown) return part ?? { state: 'absent', by }
  // One of several posts of ours is what cannot be told apart: once the others have settled, it can.
  if (others.open) throw new NetworkError('ambiguous', 'server_busy', because('others_open'))
  const byUrl = new Map(shown.map((post) => [post.url, post]))
  return { state: 'unknown', shown: [...byUrl.values()] }
}

/** How a channel's server keeps repeats apart. */
export function windowsOf(
  { networks, config }: Pick<Context, 'networks' | 'config'>,
  { network, settings }: Pick<Channel, 'network' | 'settings'>,
): Windows {
  const { lateMs } = config.publishing
  const known = networks[network]
  const keeps = known !== undefined && (known.keepsKeys?.(settings) ?? true)
  return { dedupeMs: keeps ? known.manifest.dedupeWindow : 0, lateMs }
}

/** What is known of a channel around a delivery. */
export interface Others {
  /** Ids there of those that are known to be there. */
  known: string[]
  /** Whether some are on their way. */
  open: boolean
  /** Parts of the delivery itself that stand. */
  stands: Stood[]
}

/** Clocks of servers differ. */
const aroundMs = 3_600_000

/** What else went out on a channel since about `since`. In a unit of work. */
export async function othersOn(
  channelId: string,
  deliveryId: string,
  since: Date,
): Promise<Others> {
  const known = await rows<{ remote_id: string }>(
    'select remote_id from standing where channel_id = $1 and delivery_id <> $2 and since >= $3',
    [channelId, deliveryId, new Date(since.getTime() - aroundMs)],
  )
  const open = await rows(
    `select 1 from deliveries where channel_id = $1 and id <> $2 and state = 'publishing' limit 1`,
    [channelId, deliveryId],
  )
  return {
    known: known.map(({ remote_id }) => remote_id),
    open: open.length > 0,
    stands: (await standingOf(deliveryId)).map(({ remoteId, permalink }) => ({
      remoteId,
      permalink,
    })),
  }
}

/** What the network says, or null when it could not be asked. */
export async function askAbout(
  ctx: Needs,
  channel: Channel,
  deliveryId: string,
  contents: SentBefore[],
): Promise<Known | null> {
  const { workspaceId, id } = channel
  const network = ctx.networks[channel.network]
  const first = contents[0]
  if (!network) throw new Error(`there is no network ${channel.network}`)
  if (!first) throw new Error('nothing was ever sent')
  const scope = { workspace: workspaceId }
  const others = await ctx.db.tx(scope, () => othersOn(id, deliveryId, first.armedAt))
  const call = callFor(ctx, workspaceId, channelAccess(ctx, channel), { deliveryId })
  try {
    await network.refresh?.(call)
    return await look({ network, call, others }, contents)
  } catch (error) {
    if (!(error instanceof NetworkError)) throw error
    ctx.log.info({ deliveryId, kind: error.kind }, 'the network could not be asked')
    return null
  }
}
