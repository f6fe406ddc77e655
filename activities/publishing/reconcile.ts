/** What became of an attempt that had no answer: the network is asked, the ledger writes what it says. */
import { askAbout, windowsOf } from '../../core/publishing/asking.ts'
import { done, type Next, type Ref } from '../../core/publishing/arming.ts'
import { settleFound, settleUnasked } from '../../core/publishing/settling.ts'
import { sentBefore } from '../../core/publishing/sent-before.ts'
import { Channel } from '../../core/channels/models/channel.ts'
import { Delivery } from '../../core/publishing/models/delivery.ts'
import type { Deps } from './delivering.ts'

/** Asks once, when the settling time is over. Safe to run twice and at the same time as anything else: the ledger compares and sets. */
export async function reconcile(deps: Deps, ref: Ref): Promise<Next> {
  const { ctx, hook } = deps
  const open = await ctx.db.tx({ workspace: ref.workspaceId }, async () => {
    const delivery = await Delivery.findByPk(ref.deliveryId)
    if (!delivery) return done('gone')
    if (delivery.state === 'scheduled') return again(delivery)
    if (delivery.state !== 'publishing') return done(delivery.state)
    if (delivery.settlesAt && delivery.settlesAt > ctx.now())
      return { outcome: 'ask', at: delivery.settlesAt.toISOString() } satisfies Next
    const channel = await Channel.findByPk(delivery.channelId, { rejectOnEmpty: true })
    return { attempt: delivery.attempt, before: await sentBefore(delivery.id), channel }
  })
  if ('outcome' in open) return open
  const { attempt, before, channel } = open
  await hook('before asking', ref.deliveryId)
  const known = await askAbout(ctx, channel, ref.deliveryId, before)
  await hook('asked', ref.deliveryId)
  const which = { ...ref, attempt }
  if (!known) return settleUnasked(ctx, which)
  return settleFound(ctx, which, { known, windows: windowsOf(ctx, channel) })
}

function again(delivery: Delivery): Next {
  const { publishAt, nextTryAt } = delivery
  const at = nextTryAt && nextTryAt > publishAt ? nextTryAt : publishAt
  return { outcome: 'again', at: at.toISOString() }
}
