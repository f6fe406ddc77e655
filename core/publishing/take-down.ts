/** Takes published posts down on their networks: the network first, the ledger after. */
import { Problem } from '#contract/platform/problems.ts'
import { NetworkError } from '../../networks/network.ts'
import { callFor, channelAccess } from '../channels/access.ts'
import { fromNetwork } from '../channels/channels.ts'
import type { Context } from '../platform/context.ts'
import { lockPost, move } from './move.ts'
import { Channel } from '../channels/models/channel.ts'
import { Delivery } from './models/delivery.ts'

type Needs = Pick<Context, 'config' | 'log' | 'db' | 'vault' | 'networks' | 'http' | 'now'>

export interface TakeDown {
  workspaceId: string
  deliveryId: string
  by: string | null
}

/** Throws `not_found`, `conflict` (not published, or a network that cannot), `unreachable` or `refused_upstream`. Opens its own units of work. */
export async function takeDown(
  ctx: Needs,
  { workspaceId, deliveryId, by }: TakeDown,
): Promise<void> {
  const scope = { workspace: workspaceId }
  const { delivery, channel } = await ctx.db.tx(scope, async () => {
    const found = await Delivery.findByPk(deliveryId)
    if (!found) throw new Problem('not_found', 'This delivery is gone.')
    return {
      delivery: found,
      channel: await Channel.findByPk(found.channelId, { rejectOnEmpty: true }),
    }
  })
  if (delivery.state === 'taken_down') return
  if (delivery.state !== 'published')
    throw new Problem('conflict', 'Only what is published can be taken down.')
  await removeThere(ctx, channel, delivery)
  await ctx.db.tx(scope, async () => {
    await lockPost(delivery.postId)
    await delivery.reload()
    if (delivery.state !== 'published') return
    await move(delivery, {
      ...{ to: 'taken_down', at: ctx.now(), by, reason: 'taken_down_by_person' },
      text: `Taken down on ${channel.name}.`,
    })
  })
}

/** The network's part. A post without a known id there (confirmed by a person) has to be taken down by hand. */
export async function removeThere(
  ctx: Needs,
  channel: Channel,
  delivery: Pick<Delivery, 'id' | 'remoteId' | 'permalink'>,
): Promise<void> {
  const network = ctx.networks[channel.network]
  if (!network?.remove)
    throw new Problem('conflict', `Posts on ${channel.name} can only be taken down there.`)
  if (!delivery.remoteId)
    throw new Problem(
      'conflict',
      `Only its address on ${channel.name} is known, so take it down there.`,
    )
  const call = callFor(ctx, channel.workspaceId, channelAccess(ctx, channel), {
    deliveryId: delivery.id,
  })
  try {
    await network.refresh?.(call)
    await network.remove(call, { remoteId: delivery.remoteId, permalink: delivery.permalink ?? '' })
  } catch (error) {
    if (!(error instanceof NetworkError)) throw error
    throw fromNetwork(error, ctx.now())
  }
}
