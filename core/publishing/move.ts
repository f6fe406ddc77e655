/**
 * The one statement that moves a delivery: compare-and-set on state, attempt and generation, with its line of "What happened" in the same
 * statement, so that neither can be without the other.
 */
import type { DeliveryState, Reason } from '#contract/posts/delivery.ts'
import { rows } from '../platform/db.ts'
import type { Delivery } from './models/delivery.ts'
import { uuidv7 } from '../platform/uuid.ts'

/** Columns that may change together with a state; nothing else about a delivery ever changes. */
const columns = {
  generation: 'generation',
  publishAt: 'publish_at',
  latenessMinutes: 'lateness_minutes',
  attempt: 'attempt',
  armedAt: 'armed_at',
  settlesAt: 'settles_at',
  nextTryAt: 'next_try_at',
  publishedAt: 'published_at',
  remoteId: 'remote_id',
  permalink: 'permalink',
  shown: 'shown',
  told: 'told',
} as const

export type Settable = Partial<Pick<Delivery, keyof typeof columns>>

export interface Change {
  to: DeliveryState
  /** One sentence for people: what happened. */
  text: string
  at: Date
  reason?: Reason | null
  /** Shown beside the state; absent: none. */
  detail?: string | null
  set?: Settable
  /** The person who did it; absent: PostAura. */
  by?: string | null
}

/** What identifies the state a delivery is expected to be in. */
export type Standing = Pick<
  Delivery,
  'id' | 'workspaceId' | 'postId' | 'state' | 'attempt' | 'generation'
>

/** Moves a delivery if it still stands where `from` says. False: somebody else moved it first, and nothing was written. */
export async function move(from: Standing, change: Change): Promise<boolean> {
  const bind: unknown[] = [
    from.id,
    from.state,
    from.attempt,
    from.generation,
    change.to,
    change.reason ?? null,
    change.detail ?? null,
    change.at,
    uuidv7(change.at.getTime()),
    change.text,
    change.by ?? null,
  ]
  const extra = Object.entries(change.set ?? {}).map(([key, value]) => {
    bind.push(key === 'shown' ? JSON.stringify(value) : value)
    return `, ${columns[key as keyof typeof columns]} = $${bind.length}`
  })
  const moved = await rows(
    `with moved as (
       update deliveries set state = $5, reason = $6, detail = $7, updated_at = $8${extra.join('')}
       where id = $1 and state = $2 and attempt = $3 and generation = $4 returning *)
     insert into moves (id, workspace_id, post_id, delivery_id, from_state, to_state, attempt, reason, text, person_id, permalink, at)
     select $9, workspace_id, post_id, id, $2, $5, nullif(attempt, 0), $6, $10, $11, permalink, $8 from moved returning id`,
    bind,
  )
  return moved.length === 1
}

/** Locks a post's row, then its deliveries: the one order in which both are locked, so that nobody waits in a circle. */
export async function lockPost(postId: string): Promise<void> {
  await rows('select id from posts where id = $1 for no key update', [postId])
  await rows('select id from deliveries where post_id = $1 order by id for no key update', [postId])
}
