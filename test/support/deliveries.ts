/** Deliveries brought to any state the way the ledger brings them there. */
import { happened } from '#contract/posts/happened.ts'
import type { DeliveryState } from '#contract/posts/delivery.ts'
import { allowedMoves } from '../../core/publishing/allowed-moves.ts'
import { move, type Change } from '../../core/publishing/move.ts'
import { Delivery } from '../../core/publishing/models/delivery.ts'

/** The shortest way of allowed moves from one state to another. */
function wayTo(from: DeliveryState, to: DeliveryState): DeliveryState[] {
  const ways: DeliveryState[][] = [[from]]
  for (const way of ways) {
    const last = way.at(-1)!
    if (last === to) return way.slice(1)
    for (const next of allowedMoves[last]) if (!way.includes(next)) ways.push([...way, next])
  }
  throw new Error(`no delivery comes from ${from} to ${to}`)
}

/** Moves every delivery of a post to a state, in the current unit of work of its workspace. */
export async function bring(
  postId: string,
  to: DeliveryState,
  change: Partial<Omit<Change, 'to'>> = {},
): Promise<void> {
  for (const delivery of await Delivery.findAll({ where: { postId } }))
    for (const state of wayTo(delivery.state as DeliveryState, to)) {
      await move(delivery, { at: new Date(), what: happened('resumed'), ...change, to: state })
      await delivery.reload()
    }
}
