/**
 * Lists of posts by keyset: every page is one walk along an index, however long the list is. In a unit of work; row-level security narrows
 * to the workspace, and so does each statement, so that its indexes are used.
 */
import type { Shown } from '#contract/posts/post.ts'
import { rows } from '../../core/platform/db.ts'
import { visiblePosts } from '../resources.ts'
import { tileColumns, type TileRow } from './view.ts'

export interface PostFilter {
  workspaceId: string
  shown?: Shown[] | undefined
  channelId?: string | undefined
  campaignId?: string | undefined
  runId?: string | undefined
  from?: string | undefined
  to?: string | undefined
  /** Words as `wordsOf` reads them. */
  words?: string | undefined
  externalId?: string | undefined
  updatedSince?: string | undefined
  unscheduled?: boolean | undefined
}

/** Values are bound, never written into the statement. */
class Bound {
  readonly values: unknown[] = []
  add(value: unknown): string {
    this.values.push(value)
    return `$${this.values.length}`
  }
}

/** Each filter's condition; absent filters do not restrict. */
const conditions: Record<string, (filter: PostFilter, bound: Bound) => string | null> = {
  workspace: (f, b) => `workspace_id = ${b.add(f.workspaceId)}`,
  visible: () => visiblePosts('posts'),
  channel: (f, b) => (f.channelId ? `${b.add(f.channelId)} = any(channel_ids)` : null),
  campaign: (f, b) => (f.campaignId ? `campaign_id = ${b.add(f.campaignId)}` : null),
  run: (f, b) => (f.runId ? `run_id = ${b.add(f.runId)}` : null),
  from: (f, b) => (f.from ? `publish_at >= ${b.add(f.from)}` : null),
  to: (f, b) => (f.to ? `publish_at < ${b.add(f.to)}` : null),
  externalId: (f, b) => (f.externalId ? `external_id = ${b.add(f.externalId)}` : null),
  updatedSince: (f, b) => (f.updatedSince ? `updated_at >= ${b.add(f.updatedSince)}` : null),
  unscheduled: (f) =>
    f.unscheduled === undefined ? null : `publish_at is ${f.unscheduled ? '' : 'not '}null`,
}

/** A list that is asked for, but for its words. */
interface Part {
  filter: PostFilter
  /** Where it goes on, and what else narrows it. */
  after(bound: Bound): (string | null)[]
  order: string
  limit: number
}

/** Newest first, from `before` on. */
export function newestPosts(
  filter: PostFilter,
  limit: number,
  before?: string,
): Promise<TileRow[]> {
  const after = (b: Bound) => [before ? `id < ${b.add(before)}` : null]
  return tiles({ filter, after, order: 'id desc', limit })
}

/** Where a page by time ended; `publishAt` null: among those without a time. */
export interface TimeKey {
  publishAt: string | null
  id: string
}

/** Soonest first, those without a time at the end. */
export async function postsByTime(
  filter: PostFilter,
  limit: number,
  since?: TimeKey,
): Promise<TileRow[]> {
  const timed = since?.publishAt === null ? [] : await timedPosts(filter, limit, since)
  if (timed.length >= limit) return timed
  const after = (b: Bound) => [
    'publish_at is null',
    since?.publishAt === null ? `id > ${b.add(since.id)}` : null,
  ]
  const rest = await tiles({ filter, after, order: 'id', limit: limit - timed.length })
  return [...timed, ...rest]
}

function timedPosts(filter: PostFilter, limit: number, since?: TimeKey): Promise<TileRow[]> {
  const after = (b: Bound) => [
    'publish_at is not null',
    since ? `(publish_at, id) > (${b.add(since.publishAt)}, ${b.add(since.id)})` : null,
  ]
  return tiles({ filter, after, order: 'publish_at, id', limit })
}

const tiles = (part: Part): Promise<TileRow[]> =>
  part.filter.words === undefined ? plain(part) : searched(part, part.filter.words)

function plain(part: Part, narrowed?: (bound: Bound) => string): Promise<TileRow[]> {
  const bound = new Bound()
  return rows<TileRow>(walkOf(part, bound, { narrowed }), bound.values)
}

/** So many posts of a list are looked through for the words before their index is asked. */
const lookedAtMax = 1_000
/** More posts than this with the words: they are met in the list's order sooner than fetched one by one. */
const rareMax = 2_000

/** The list's posts that have the words. Common words are met on the way, rare ones looked up. */
async function searched(part: Part, words: string): Promise<TileRow[]> {
  const near = await amongFirst(part, words)
  if (near.length === part.limit || (near[0] && near[0].looked_at < lookedAtMax)) return near
  const found = await rows<{ id: string }>('select posts_with_words($1, $2) as id', [
    words,
    rareMax + 1,
  ])
  if (found.length === 0) return []
  const ids = found.map(({ id }) => id)
  return ids.length > rareMax
    ? plain(part, (b) => `words @@ to_tsquery('simple', ${b.add(words)})`)
    : plain(part, (b) => `id = any(${b.add(ids)}::uuid[])`)
}

function amongFirst(part: Part, words: string): Promise<(TileRow & { looked_at: number })[]> {
  const bound = new Bound()
  const columns = `${tileColumns}, words`
  const first = walkOf({ ...part, limit: lookedAtMax }, bound, { columns })
  return rows(
    `with first as materialized (${first})
     select ${tileColumns}, (select count(*)::int from first) as looked_at from first
     where words @@ to_tsquery('simple', ${bound.add(words)}) order by ${part.order} limit ${bound.add(part.limit)}`,
    bound.values,
  )
}

/** One walk for each state that is asked for, then merged: an index holds one state's posts in order, not several states' together. */
function walkOf(
  { filter, after, order, limit }: Part,
  bound: Bound,
  {
    columns = tileColumns,
    narrowed,
  }: { columns?: string; narrowed?: ((bound: Bound) => string) | undefined },
): string {
  const where = [
    ...Object.values(conditions).map((condition) => condition(filter, bound)),
    ...after(bound),
    narrowed?.(bound),
  ].filter(Boolean)
  const max = bound.add(limit)
  const walk = (state: string | null) =>
    `(select ${columns} from posts where ${[...where, state].filter(Boolean).join(' and ')} order by ${order} limit ${max})`
  if (!filter.shown?.length) return walk(null)
  const walks = [...new Set(filter.shown)].map((s) => walk(`shown = ${bound.add(s)}`))
  if (walks.length === 1) return walks[0]!
  return `${walks.join(' union all ')} order by ${order} limit ${max}`
}

/** What a person typed as a condition: every word as the beginning of a word, so that `new yor` finds "New York". */
export function wordsOf(q: string | undefined): string | undefined {
  const words = q?.match(/[\p{L}\p{N}]+/gu)
  return words?.map((w) => `${w}:*`).join(' & ')
}
