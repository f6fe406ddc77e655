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

/** Columns that may change together with a state, and their types; nothing else about a delivery ever changes. */
const columns = {
  generation: ['generation', 'int'],
  publishAt: ['publish_at', 'timestamptz'],
  latenessMinutes: ['lateness_minutes', 'int'],
  attempt: ['attempt', 'int'],
  armedAt: ['armed_at', 'timestamptz'],
  settlesAt: ['settles_at', 'timestamptz'],
  nextTryAt: ['next_try_at', 'timestamptz'],
  publishedAt: ['published_at', 'timestamptz'],
  remoteId: ['remote_id', 'text'],
  permalink: ['permalink', 'text'],
  contentVersion: ['content_version', 'int'],
  shown: ['shown', 'jsonb'],
  told: ['told', 'boolean'],
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
export const move = (from: Standing, change: Change): Promise<void> => moveEach([{ from, change }])

/** The same for many: all of them move, or none. */
export async function moveEach(moves: Moving[]): Promise<void> {
  if ((await moveAll(moves)).size === moves.length) return
  throw new Problem('conflict', 'Something else happened to this post meanwhile. Look at it again.')
}

export interface Moving {
  from: Standing
  change: Change
}

/** Moves a delivery if it still stands where `from` says. False: somebody else moved it first, and nothing was written. */
export const moveIfThere = async (from: Standing, change: Change): Promise<boolean> =>
  (await moveAll([{ from, change }])).has(from.id)

/** Moves each delivery that still stands where its `from` says, in one statement for all that change the same columns. Returns the ids of those that moved. */
export async function moveAll(moves: Moving[]): Promise<Set<string>> {
  const alike = Map.groupBy(moves, ({ change }) =>
    Object.keys(change.set ?? {})
      .sort()
      .join(),
  )
  const moved = new Set<string>()
  for (const group of alike.values()) for (const id of await moveAlike(group)) moved.add(id)
  return moved
}

async function moveAlike(moves: Moving[]): Promise<string[]> {
  const keys = Object.keys(moves[0]?.change.set ?? {}) as (keyof typeof columns)[]
  const given = moves.map(({ from, change }) => ({
    ...change.set,
    delivery: from.id,
    from_state: from.state,
    from_attempt: from.attempt,
    from_generation: from.generation,
    to_state: change.to,
    why: change.reason ?? null,
    more: change.detail ?? null,
    at: change.at,
    move: uuidv7(change.at.getTime()),
    code: change.what.code,
    params: change.what.params,
    by: change.by ?? null,
  }))
  const types = keys.map((key) => `, "${key}" ${columns[key][1]}`).join('')
  const set = keys.map((key) => `, ${columns[key][0]} = g."${key}"`).join('')
  const done = await rows<{ delivery_id: string }>(
    `with given as (
       select * from json_to_recordset($1) as g(delivery uuid, from_state text, from_attempt int, from_generation int, to_state text, why text,
         more jsonb, at timestamptz, move uuid, code text, params jsonb, by uuid${types})
     ), moved as (
       update deliveries d set state = g.to_state, reason = g.why, detail = g.more, updated_at = g.at, moves = d.moves + 1${set} from given g
       where d.id = g.delivery and d.state = g.from_state and d.attempt = g.from_attempt and d.generation = g.from_generation
       returning d.workspace_id, d.post_id, d.id, d.moves, d.attempt, d.permalink, g.move, g.from_state, g.to_state, g.why, g.code, g.params, g.by, g.at as moved_at)
     insert into moves (id, workspace_id, post_id, delivery_id, number, from_state, to_state, attempt, reason, code, params, person_id, permalink, at)
     select move, workspace_id, post_id, id, moves, from_state, to_state, nullif(attempt, 0), why, code, params, by, permalink, moved_at from moved
     returning delivery_id`,
    [JSON.stringify(given)],
  )
  return done.map((row) => row.delivery_id)
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
