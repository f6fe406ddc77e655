/**
 * The moves a delivery may make, from state to state; `null`: the delivery begins. The database holds the same table and refuses every other
 * move (`allowed_moves`, triggers in migrations/0012-ledger.ts); a test compares the two and tries every pair.
 */
import type { DeliveryState } from '#contract/posts/delivery.ts'

export type From = DeliveryState | 'beginning'

export const allowedMoves = {
  beginning: ['scheduled'],
  // Moved to another time, waiting for a hold, armed, given up, or found on the network after all.
  scheduled: [
    'scheduled',
    'publishing',
    'published',
    'failed',
    'missed',
    'cancelled',
    // Changed while an earlier content may stand.
    'unconfirmed',
  ],
  // Without an answer it stays where it is until the network was asked.
  publishing: ['publishing', 'published', 'failed', 'missed', 'scheduled', 'unconfirmed'],
  published: ['taken_down'],
  // Parts that stand are taken down and the rest stays failed.
  failed: ['failed', 'scheduled', 'published', 'cancelled'],
  missed: ['scheduled', 'published', 'cancelled'],
  unconfirmed: ['unconfirmed', 'publishing', 'published', 'scheduled'],
  // Whatever a person decided, a post that is found on the network is there.
  cancelled: ['scheduled', 'published'],
  taken_down: [],
} as const satisfies Record<From, readonly DeliveryState[]>
