/** Takes what stands down on its network: the network first, the ledger after, part by part. */
import { Problem } from '#contract/platform/problems.ts'
import type { DeliveryState } from '#contract/posts/delivery.ts'
import { happened } from '#contract/posts/happened.ts'
import { NetworkError, type Stood } from '../../networks/network.ts'
import { callFor, channelAccess } from '../channels/access.ts'
import { fromNetwork } from '../channels/channels.ts'
import type { Context } from '../platform/context.ts'
import { run } from '../platform/db.ts'
import { lockPostRow, move } from './move.ts'
import { Channel } from '../channels/models/channel.ts'
import { Delivery } from './models/delivery.ts'
import { standingOf } from './standing.ts'

type Needs = Pick<Context, 'config' | 'log' | 'db' | 'vault' | 'networks' | 'http' | 'now'>

export interface TakeDown {
  workspaceId: string
  deliveryId: string
  by: string | null
}

/** Of a delivery that did not settle well, parts may stand; without them it stays what it is. */
const partly: string[] = ['failed', 'unconfirmed']

/**
 * Takes down what stands of a delivery. Throws `not_found`, `conflict` (nothing stands, or a network that cannot), `unreachable` or
 * `refused_upstream`. Opens its own units of work.
 */
export async function takeDown(
  ctx: Needs,
  { workspaceId, deliveryId, by }: TakeDown,
): Promise<void> {
  const scope = { workspace: workspaceId }
  const { delivery, channel, parts } = await ctx.db.tx(scope, async () => {
    const found = await Delivery.findByPk(deliveryId)
    if (!found) throw new Problem('not_found', 'This delivery is gone.')
    return {
      delivery: found,
      channel: await Channel.findByPk(found.channelId, { rejectOnEmpty: true }),
      parts: await partsOf(found),
    }
  })
  const { state } = delivery
  if (state === 'taken_down') return
  if (state !== 'published' && !(partly.includes(state) && parts.length > 0))
    throw new Problem('conflict', 'Only what is published can be taken down.')
  await removeThere(ctx, channel, deliveryId, parts)
  await ctx.db.tx(scope, async () => {
    await lockPostRow(delivery.postId)
    await delivery.reload()
    if (delivery.state !== state) return
    await noteTakenDown(deliveryId)
    await move(delivery, {
      at: ctx.now(),
      by,
      reason: 'taken_down_by_person',
      set: { shown: [] },
      to: state === 'published' ? 'taken_down' : (state as DeliveryState),
      what: happened('taken_down', { channel: channel.name }),
      detail:
        state === 'published' ? null : happened('parts_taken_down', { channel: channel.name }),
    })
  })
}

/** What stands of a delivery, as far as its network would know it. In a unit of work. */
export async function partsOf({ id, remoteId, permalink }: Delivery): Promise<Stood[]> {
  const parts = await standingOf(id)
  if (parts.length > 0) return parts.map(({ remoteId, permalink }) => ({ remoteId, permalink }))
  return remoteId ? [{ remoteId, permalink: permalink ?? '' }] : []
}

/** What was there is sent under a new token if it is ever sent again. */
async function noteTakenDown(deliveryId: string): Promise<void> {
  await run(
    `update attempts set outcome = 'taken_down' where delivery_id = $1 and outcome in ('published', 'found', 'refused')`,
    [deliveryId],
  )
}

/** The network's part, last part first. A post without a known id there (confirmed by a person) has to be taken down by hand. */
export async function removeThere(
  ctx: Needs,
  channel: Channel,
  deliveryId: string,
  parts: Stood[],
): Promise<void> {
  const network = ctx.networks[channel.network]
  if (!network?.remove)
    throw new Problem('conflict', `Posts on ${channel.name} can only be taken down there.`)
  if (parts.length === 0)
    throw new Problem(
      'conflict',
      `Only its address on ${channel.name} is known, so take it down there.`,
    )
  const { workspaceId } = channel
  const call = callFor(ctx, workspaceId, channelAccess(ctx, channel), { deliveryId })
  try {
    await network.refresh?.(call)
    for (const part of parts.toReversed()) {
      await network.remove(call, part)
      await ctx.db.tx({ workspace: workspaceId }, () =>
        run(
          'update standing set removed_at = $3 where delivery_id = $1 and remote_id = $2 and removed_at is null',
          [deliveryId, part.remoteId, ctx.now()],
        ),
      )
    }
  } catch (error) {
    if (!(error instanceof NetworkError)) throw error
    throw fromNetwork(error, ctx.now())
  }
}
