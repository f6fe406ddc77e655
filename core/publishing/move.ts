/**
 * The one module that writes deliveries. A move is compare-and-set on state, attempt and generation, with its line of "What happened" in the
 * same statement; the database refuses either without the other, and every move that is not in `allowed-moves.ts`.
 */
import type { DeliveryState, Reason } from '#contract/posts/delivery.ts'
import type { Happening } from '#contract/posts/happened.ts'
import { Problem } from '#contract/platform/problems.ts'
import { rows, run } from '../platform/db.ts'
import type { Delivery } from './models/delivery.ts'
import type { Preparation } from './preparing.ts'
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
  contentVersion: 'content_version',
  shown: 'shown',
  told: 'told',
} as const

export type Settable = Partial<Pick<Delivery, keyof typeof columns>>

export interface Change {
  to: DeliveryState
  what: Happening
  at: Date
  reason?: Reason | null
  /** Shown beside the state; absent: none. */
  detail?: Happening | null
  set?: Settable
  /** The person who did it; absent: PostAura. */
  by?: string | null
}

/** What identifies the state a delivery is expected to be in. */
export type Standing = Pick<
  Delivery,
  'id' | 'workspaceId' | 'postId' | 'state' | 'attempt' | 'generation'
>

/** Moves a delivery from where it stands. Throws `conflict`, and undoes the unit of work, when somebody else moved it first. */
export async function move(from: Standing, change: Change): Promise<void> {
  if (await moveIfThere(from, change)) return
  throw new Problem('conflict', 'Something else happened to this post meanwhile. Look at it again.')
}

/** Moves a delivery if it still stands where `from` says. False: somebody else moved it first, and nothing was written. */
export async function moveIfThere(from: Standing, change: Change): Promise<boolean> {
  const bind: unknown[] = [
    from.id,
    from.state,
    from.attempt,
    from.generation,
    change.to,
    change.reason ?? null,
    change.detail ? JSON.stringify(change.detail) : null,
    change.at,
    uuidv7(change.at.getTime()),
    change.what.code,
    JSON.stringify(change.what.params),
    change.by ?? null,
  ]
  const extra = Object.entries(change.set ?? {}).map(([key, value]) => {
    bind.push(key === 'shown' ? JSON.stringify(value) : value)
    return `, ${columns[key as keyof typeof columns]} = $${bind.length}`
  })
  const moved = await rows(
    `with moved as (
       update deliveries set state = $5, reason = $6, detail = $7, updated_at = $8, moves = moves + 1${extra.join('')}
       where id = $1 and state = $2 and attempt = $3 and generation = $4 returning *)
     insert into moves (id, workspace_id, post_id, delivery_id, number, from_state, to_state, attempt, reason, code, params, person_id, permalink, at)
     select $9, workspace_id, post_id, id, moves, $2, $5, nullif(attempt, 0), $6, $10, $11, $12, permalink, $8 from moved returning id`,
    bind,
  )
  return moved.length === 1
}

/** A delivery at its beginning. */
export type Beginning = Pick<
  Delivery,
  | 'workspaceId'
  | 'postId'
  | 'channelId'
  | 'network'
  | 'generation'
  | 'publishAt'
  | 'latenessMinutes'
>

/** Begins a delivery as scheduled, with its first move. Returns its id. */
export async function begin(
  delivery: Beginning,
  { what, at, by = null }: Pick<Change, 'what' | 'at' | 'by'>,
): Promise<string> {
  const id = uuidv7(at.getTime())
  const { workspaceId, postId, channelId, network, generation, publishAt, latenessMinutes } =
    delivery
  await run(
    `with begun as (
       insert into deliveries (id, workspace_id, post_id, channel_id, network, state, generation, publish_at, lateness_minutes, moves, created_at, updated_at)
       values ($1, $2, $3, $4, $5, 'scheduled', $6, $7, $8, 1, $9, $9) returning *)
     insert into moves (id, workspace_id, post_id, delivery_id, number, to_state, code, params, person_id, at)
     select $10, workspace_id, post_id, id, 1, state, $11, $12, $13, $9 from begun`,
    [
      ...[id, workspaceId, postId, channelId, network, generation, publishAt, latenessMinutes, at],
      ...[uuidv7(at.getTime()), what.code, JSON.stringify(what.params), by],
    ],
  )
  return id
}

/** The network is asked later about what is being sent; nothing happened. */
export async function askLater({ id }: Pick<Delivery, 'id'>, settlesAt: Date): Promise<void> {
  await run('update deliveries set settles_at = $2 where id = $1', [id, settlesAt])
}

/**
 * Claims deliveries whose network is to be asked, so that no other sweeper asks it too: the longest open of each workspace first, then the next
 * of each. In a unit of work of the jobs.
 */
export function claimOpen(
  now: Date,
  { batch, forMs }: { batch: number; forMs: number },
): Promise<{ id: string; workspace_id: string }[]> {
  return rows(
    `with open as (
       select id, row_number() over (partition by workspace_id order by settles_at) as turn, settles_at from deliveries
       where state = 'publishing' and settles_at < $1 and (claimed_until is null or claimed_until < $1)
     ), mine as (
       select id from deliveries where id in (select id from open order by turn, settles_at limit $2) and state = 'publishing'
         and (claimed_until is null or claimed_until < $1) for update skip locked)
     update deliveries set claimed_until = $1::timestamptz + $3 * interval '1 millisecond' where id in (select id from mine)
     returning id, workspace_id`,
    [now, batch, forMs],
  )
}

/** Keeps what preparing has come to beside the delivery. False, and nothing is written: claim, plan, state or words are others by now. */
export async function keepPreparation(
  id: string,
  preparation: Preparation,
  claim: string | null,
): Promise<boolean> {
  const { generation, contentVersion } = preparation
  const kept = await rows(
    `update deliveries d set prepared = $2 from posts p where d.id = $1 and p.id = d.post_id and d.state = 'scheduled' and d.generation = $3
       and p.content_version = $4 and (d.prepared ->> 'claim') is not distinct from $5 returning d.id`,
    [id, JSON.stringify(preparation), generation, contentVersion, claim],
  )
  return kept.length === 1
}

/** The posts of a network moved to another address with the place they stand in. Both without a slash at the end. */
export async function relocate(
  workspaceId: string,
  network: string,
  { from, to }: { from: string; to: string },
): Promise<void> {
  await run(
    `update deliveries set permalink = $2 || substr(permalink, length($1) + 1)
     where network = $4 and workspace_id = $3 and starts_with(permalink, $1 || '/')`,
    [from, to, workspaceId, network],
  )
}

/** Locks a post's row, then its deliveries: the one order in which both are locked, so that nobody waits in a circle. */
export async function lockPostRow(postId: string): Promise<void> {
  await rows('select id from posts where id = $1 for no key update', [postId])
  await rows('select id from deliveries where post_id = $1 order by id for no key update', [postId])
}
