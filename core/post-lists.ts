/**
 * Lists of posts by keyset: every page is one walk along an index, however long the list is. In a unit of work; row-level security narrows
 * to the workspace, and so does each statement, so that its indexes are used.
 */
import type { Shown } from '#contract/post.ts'
import { rows } from './db.ts'
import { tileColumns, type TileRow } from './post-view.ts'

export interface PostFilter {
  workspaceId: string
  shown?: Shown[] | undefined
  channelId?: string | undefined
  campaignId?: string | undefined
  runId?: string | undefined
  from?: string | undefined
  to?: string | undefined
  words?: Words | undefined
  externalId?: string | undefined
  updatedSince?: string | undefined
  unscheduled?: boolean | undefined
}

interface Words {
  wanted: string
  rare: boolean
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
  channel: (f, b) => (f.channelId ? `${b.add(f.channelId)} = any(channel_ids)` : null),
  campaign: (f, b) => (f.campaignId ? `campaign_id = ${b.add(f.campaignId)}` : null),
  run: (f, b) => (f.runId ? `run_id = ${b.add(f.runId)}` : null),
  from: (f, b) => (f.from ? `publish_at >= ${b.add(f.from)}` : null),
  to: (f, b) => (f.to ? `publish_at < ${b.add(f.to)}` : null),
  words: ({ words }, b) => {
    if (words === undefined) return null
    const wanted = b.add(words.wanted)
    return words.rare
      ? `id in (select posts_with_words(${wanted}))`
      : `words @@ to_tsquery('simple', ${wanted})`
  },
  externalId: (f, b) => (f.externalId ? `external_id = ${b.add(f.externalId)}` : null),
  updatedSince: (f, b) => (f.updatedSince ? `updated_at >= ${b.add(f.updatedSince)}` : null),
  unscheduled: (f) =>
    f.unscheduled === undefined ? null : `publish_at is ${f.unscheduled ? '' : 'not '}null`,
}

const whereOf = (filter: PostFilter, bound: Bound): string =>
  Object.values(conditions)
    .map((condition) => condition(filter, bound))
    .filter(Boolean)
    .join(' and ')

/** Newest first, from `before` on. */
export async function newestPosts(
  filter: PostFilter,
  limit: number,
  before?: string,
): Promise<TileRow[]> {
  const bound = new Bound()
  const after = before ? ` and id < ${bound.add(before)}` : ''
  return byShown(filter, bound, after, 'id desc', limit)
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
  const bound = new Bound()
  const after = since?.publishAt === null ? ` and id > ${bound.add(since.id)}` : ''
  const rest = await byShown(
    filter,
    bound,
    ` and publish_at is null${after}`,
    'id',
    limit - timed.length,
  )
  return [...timed, ...rest]
}

function timedPosts(filter: PostFilter, limit: number, since?: TimeKey): Promise<TileRow[]> {
  const bound = new Bound()
  const after = since
    ? ` and (publish_at, id) > (${bound.add(since.publishAt)}, ${bound.add(since.id)})`
    : ''
  return byShown(filter, bound, ` and publish_at is not null${after}`, 'publish_at, id', limit)
}

/** One walk for each state that is asked for, then merged: an index holds one state's posts in order, not several states' together. */
function byShown(
  filter: PostFilter,
  bound: Bound,
  after: string,
  order: string,
  limit: number,
): Promise<TileRow[]> {
  const where = whereOf(filter, bound) + after
  const max = bound.add(limit)
  const walk = (state: string) =>
    `(select ${tileColumns} from posts where ${where}${state} order by ${order} limit ${max})`
  const walks = filter.shown?.length
    ? [...new Set(filter.shown)].map((s) => walk(` and shown = ${bound.add(s)}`))
    : [walk('')]
  const all =
    walks.length === 1 ? walks[0]! : `${walks.join(' union all ')} order by ${order} limit ${max}`
  return rows<TileRow>(all, bound.values)
}

/**
 * What a person typed as a condition: every word as the beginning of a word, so that `new yor` finds "New York". Rare words are looked up
 * in the index, common ones are met on the way.
 */
export async function wordsOf(q: string | undefined): Promise<Words | undefined> {
  const words = q?.match(/[\p{L}\p{N}]+/gu)
  if (!words) return undefined
  const wanted = words.map((w) => `${w}:*`).join(' & ')
  const [found] = await rows<{ rare: boolean }>('select are_words_rare($1) as rare', [wanted])
  return { wanted, rare: found!.rare }
}
