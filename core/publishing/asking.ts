/** Asks a network what became of one attempt. Only reads there, and writes nothing here. */
import { NetworkError, type Found } from '../../networks/network.ts'
import { callFor, channelAccess } from '../channels/access.ts'
import type { Context } from '../platform/context.ts'
import type { Attempt } from './models/attempt.ts'
import type { Channel } from '../channels/models/channel.ts'

type Needs = Pick<Context, 'config' | 'log' | 'db' | 'vault' | 'networks' | 'http' | 'now'>

/** What the network says, or null when it could not be asked. */
export async function askAbout(
  ctx: Needs,
  channel: Channel,
  attempt: Pick<Attempt, 'deliveryId' | 'payload' | 'handle' | 'armedAt'>,
): Promise<Found | null> {
  const network = ctx.networks[channel.network]
  if (!network) throw new Error(`there is no network ${channel.network}`)
  const { deliveryId, payload, handle, armedAt } = attempt
  const call = callFor(ctx, channel.workspaceId, channelAccess(ctx, channel), { deliveryId })
  try {
    await network.refresh?.(call)
    return await network.find(call, { payload, handle }, armedAt)
  } catch (error) {
    if (!(error instanceof NetworkError)) throw error
    ctx.log.info({ deliveryId, kind: error.kind }, 'the network could not be asked')
    return null
  }
}
