/** What people do with a delivery that did not settle well: send it again, decide about it, ask the network once more. */
import { happened, type Happening } from '#contract/posts/happened.ts'
import { Problem } from '#contract/platform/problems.ts'
import { rows, run } from '../platform/db.ts'
import { refuseWhenHeld, type By, type Clock } from './ledger.ts'
import { lockPostRow, move } from './move.ts'
import { Channel } from '../channels/models/channel.ts'
import type { Delivery } from './models/delivery.ts'
import { standingOf } from './standing.ts'
import { markDirty } from '../platform/outbox-flags.ts'

/**
 * Sends a failed or missed delivery again, now; the network is asked first whether an earlier attempt is there after all.
 * Throws `held`, `not_approved`, or `conflict` when it stands elsewhere or its channel cannot take it.
 */
export async function retry(ctx: Clock, delivery: Delivery, { by }: By): Promise<Delivery> {
  await lockPostRow(delivery.postId)
  await delivery.reload()
  if (delivery.state !== 'failed' && delivery.state !== 'missed')
    throw new Problem('conflict', 'Only a failed or missed delivery can be tried again.')
  const begun = (await standingOf(delivery.id)).length > 0
  return again(ctx, delivery, by, happened(begun ? 'continued' : 'tried_again'))
}

async function again(
  ctx: Clock,
  delivery: Delivery,
  by: string | null,
  what: Happening,
): Promise<Delivery> {
  await refuseWhenHeld()
  await refuseUnlessReady(delivery)
  const at = ctx.now()
  const set = {
    publishAt: at,
    nextTryAt: null,
    armedAt: null,
    settlesAt: null,
    told: false,
    shown: [],
  }
  await move(delivery, { to: 'scheduled', at, by, what, set })
  await markDirty('delivery', delivery.id, delivery.workspaceId)
  return delivery.reload()
}

async function refuseUnlessReady(delivery: Delivery): Promise<void> {
  const channel = await Channel.findByPk(delivery.channelId)
  const name = channel?.name ?? 'The channel'
  if (channel?.state === 'reconnect') throw new Problem('conflict', `Connect ${name} again first.`)
  if (channel?.state !== 'active')
    throw new Problem(
      'conflict',
      `${name} is ${channel?.state ?? 'gone'}, so nothing can be sent there.`,
    )
  const [post] = await rows<{ ok: boolean; erasing: boolean }>(
    `select state = 'approved' and approved_version = content_version as ok, erasing from posts where id = $1`,
    [delivery.postId],
  )
  if (post?.erasing) throw new Problem('conflict', 'This post is being deleted.')
  if (!post?.ok) throw new Problem('not_approved', 'This version of the post is not approved yet.')
}

/** Nobody waits for it any more. */
async function giveUp(deliveryId: string): Promise<void> {
  await run(
    `update attempts set outcome = 'given_up'
     where delivery_id = $1 and (outcome is null or outcome in ('ambiguous', 'unlisted'))`,
    [deliveryId],
  )
}

export type Choice =
  { choice: 'this_is_it'; permalink: string } | { choice: 'send_again' } | { choice: 'leave' }

/** A person decides about an unconfirmed delivery, or leaves what stands of a failed one. Throws `conflict` when it is neither any more. */
export async function resolve(
  ctx: Clock,
  delivery: Delivery,
  choice: Choice,
  { by }: By,
): Promise<Delivery> {
  await lockPostRow(delivery.postId)
  await delivery.reload()
  if (choice.choice === 'leave' && delivery.state === 'failed') return leaveParts(ctx, delivery, by)
  refuseUnlessUnconfirmed(delivery)
  const at = ctx.now()
  if (choice.choice === 'send_again') {
    await giveUp(delivery.id)
    return again(ctx, delivery, by, happened('sent_again'))
  }
  if (choice.choice === 'this_is_it')
    await move(delivery, {
      to: 'published',
      at,
      by,
      reason: 'confirmed_by_person',
      what: happened('confirmed'),
      set: { permalink: choice.permalink, publishedAt: delivery.armedAt ?? at, shown: [] },
    })
  else
    await move(delivery, {
      to: 'unconfirmed',
      at,
      by,
      reason: 'left_by_person',
      what: happened('left'),
      detail: happened('left_unknown'),
    })
  return delivery.reload()
}

/** The parts of a thread that stand are left as they are. Throws `conflict` where none does. */
async function leaveParts(ctx: Clock, delivery: Delivery, by: string | null): Promise<Delivery> {
  const { length } = await standingOf(delivery.id)
  if (length === 0) throw new Problem('conflict', 'Nothing of it is there, so nothing can be left.')
  await move(delivery, {
    to: 'failed',
    at: ctx.now(),
    by,
    reason: 'left_by_person',
    what: happened('left_in_part'),
    detail: happened('parts_left', { parts: length }),
  })
  return delivery.reload()
}

/** Asks the network again what became of an unconfirmed delivery. Throws `conflict` when it is not unconfirmed any more. */
export async function ask(ctx: Clock, delivery: Delivery, { by }: By): Promise<Delivery> {
  await lockPostRow(delivery.postId)
  await delivery.reload()
  refuseUnlessUnconfirmed(delivery)
  const at = ctx.now()
  await move(delivery, {
    to: 'publishing',
    at,
    by,
    reason: 'no_answer',
    what: happened('asked_again'),
    set: { settlesAt: at },
  })
  await markDirty('delivery', delivery.id, delivery.workspaceId)
  return delivery.reload()
}

function refuseUnlessUnconfirmed(delivery: Delivery): void {
  if (delivery.state !== 'unconfirmed')
    throw new Problem('conflict', 'This delivery is not unconfirmed any more.')
}
