/** Many posts, written, approved and scheduled by the API, as a client's program would; then waited for. */
import { setTimeout as wait } from 'node:timers/promises'
import type pg from 'pg'
import type { Client } from '#contract/client.ts'
import { clientOf, type OwnProduct } from '../../scripts/lib/own-product.ts'

export interface Workspace {
  /** A key's client: a program may make 1,200 requests a minute. */
  api: Client
  workspaceId: string
  admin: pg.Client
}

/** A key of its own for each wave, so that none runs into the limit of requests a minute. */
export async function workspaceOf(
  { product, owner, workspaceId }: { product: OwnProduct; owner: Client; workspaceId: string },
  admin: pg.Client,
): Promise<Workspace> {
  const body = { name: 'Bench', scopes: ['read' as const, 'write' as const, 'publish' as const] }
  const { secret } = await owner.createApiKey({ params: { workspaceId }, body })
  return { api: clientOf(product.url, secret), workspaceId, admin }
}

export interface WavePost {
  id: string
  text: string
  dueAt: number
}

export interface Plan {
  /** Begins every text, so that posts of one wave are told from those of another. */
  name: string
  count: number
  /** Taken in turns. */
  channelIds: string[]
  /** Over how many milliseconds the instants are spread; 0: all at one. */
  spreadMs: number
  /** The first instant, a full minute; absent: as soon as can be. */
  first?: number
}

/** Time to write, approve and schedule, and for the earliest alarm to ring. */
const aheadMs = 75_000
const writers = 8
const bulk = 200

/** The first full minute that is so many milliseconds away. */
export const minuteIn = (ms: number): number => Math.ceil((Date.now() + ms) / 60_000) * 60_000

/** Writes, approves and schedules the posts and returns them with their instants; the first one is due at a full minute. */
export async function scheduleWave(at: Workspace, plan: Plan): Promise<WavePost[]> {
  const posts = await writeWave(at, plan)
  // People choose minutes; instants within a minute come from "publish now" and from slots. Scheduling takes what stands there.
  if (plan.spreadMs > 0)
    for (const { id, dueAt } of posts)
      await at.admin.query('update posts set publish_at = $2 where id = $1', [id, new Date(dueAt)])
  for (let done = 0; done < posts.length; done += bulk)
    await approve(at, posts.slice(done, done + bulk))
  return posts
}

/** Writes the posts as drafts with their times. */
export async function writeWave(at: Workspace, plan: Plan): Promise<WavePost[]> {
  const first = plan.first ?? minuteIn(aheadMs)
  const posts: WavePost[] = []
  const write = async (): Promise<void> => {
    while (posts.length < plan.count) {
      const index = posts.length
      const dueAt = first + Math.floor((index * plan.spreadMs) / plan.count)
      const post: WavePost = { id: '', text: `${plan.name}, post ${index + 1}.`, dueAt }
      posts.push(post)
      post.id = await writePost(at, post, plan.channelIds[index % plan.channelIds.length]!)
    }
  }
  await Promise.all(Array.from({ length: writers }, write))
  return posts
}

/** Approves and schedules at most 200 in one call; returns the milliseconds that it took. */
export async function approve({ api, workspaceId }: Workspace, part: WavePost[]): Promise<number> {
  const posts = part.map(({ id }) => ({ postId: id, contentVersion: 1 }))
  const since = performance.now()
  const { data } = await api.approvePosts({
    params: { workspaceId },
    body: { posts, schedule: true },
  })
  const tookMs = performance.now() - since
  const refused = data.find(({ ok }) => !ok)
  if (refused) throw new Error(`a post was not scheduled: ${refused.problem}`)
  return tookMs
}

async function writePost(at: Workspace, { text, dueAt }: WavePost, channelId: string) {
  const { api, workspaceId } = at
  const wallTime = new Date(dueAt).toISOString().slice(0, 16)
  const { id } = await api.createPost({
    params: { workspaceId },
    body: {
      content: { segments: [{ text, assetIds: [] }] },
      channelIds: [channelId],
      when: { wallTime, timeZone: 'UTC' },
    },
  })
  return id
}

/** Waits until nothing of the wave is under way any more; the database is left alone until shortly after the last instant. */
export async function waitForWave(
  { admin }: Pick<Workspace, 'admin'>,
  posts: WavePost[],
): Promise<void> {
  const last = Math.max(...posts.map(({ dueAt }) => dueAt))
  await wait(Math.max(0, last - Date.now()) + 3_000)
  const open = `select count(*)::int as count from deliveries where post_id = any($1) and state in ('scheduled', 'publishing')`
  for (let tries = 0; tries < 180; tries += 1) {
    const { rows } = await admin.query<{ count: number }>(open, [posts.map(({ id }) => id)])
    if (rows[0]!.count === 0) return
    await wait(1_000)
  }
}
