/**
 * How late posts go out: `npm run bench -- publish`. Lateness is the arrival of a post at the network, by the network's clock, minus the
 * chosen instant. API, worker, Postgres, Temporal and the network run on the same machine, the product as people start it.
 */
import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import pg from 'pg'
import type { Client } from '#contract/client.ts'
import {
  adminUrlOf,
  discard,
  registerOwner,
  startOwn,
  type OwnProduct,
} from '../scripts/lib/own-product.ts'
import { costsOf } from './support/history.ts'
import { quantile, rounded, tell, type Figure } from './support/figures.ts'
import {
  connectAccounts,
  startMastodon,
  type Outcome,
  type OwnMastodon,
} from './support/own-mastodon.ts'
import { startReader } from './support/reader.ts'
import { scheduleWave, waitForWave, workspaceOf, type WavePost } from './support/wave.ts'

const count = 500
const minute = 60_000
/** An account may post 300 times in five minutes, here as there. */
const accounts = 10
/** Spans of time over which the posts of a case are due. */
const cases = [
  { name: 'one_instant', what: 'at one instant', spreadMs: 0 },
  { name: 'one_minute', what: 'over one minute', spreadMs: minute },
]

/** `--only=page_one_instant` measures that case alone. */
const only = process.argv.find((argument) => argument.startsWith('--only='))?.slice(7)
const wanted = (name: string): boolean => only === undefined || only === name

interface Bench {
  product: OwnProduct
  owner: Client
  workspaceId: string
  admin: pg.Client
  mastodon: OwnMastodon
}

/** The page is our own, and so is its clock: when a reader who looked all the time saw the post. */
async function onPage({ admin }: Bench, posts: WavePost[], seen: Map<string, number>) {
  const outcome: Outcome = { late: [], published: 0, duplicated: 0 }
  for (const { id, dueAt } of posts) {
    const at = seen.get(id)
    if (at === undefined) continue
    outcome.late.push((at - dueAt) / 1000)
    outcome.published += 1
  }
  const { rows } = await admin.query<{ count: number }>(
    `select count(*)::int as count from (select d.post_id from page_posts p join deliveries d on d.id = p.delivery_id
       where d.post_id = any($1) group by 1 having count(*) > 1) as twice`,
    [posts.map(({ id }) => id)],
  )
  outcome.duplicated = rows[0]!.count
  return outcome
}

function figuresOf(what: string, name: string, { late, published, duplicated }: Outcome): Figure[] {
  const at = (q: number) => rounded(quantile(late, q), 3)
  return [
    { what: `${what}: p50`, name: `${name}_p50_s`, value: at(0.5), goal: '< 0.1 s' },
    { what: `${what}: p99`, name: `${name}_p99_s`, value: at(0.99), goal: '< 1 s' },
    { what: `${what}: max`, name: `${name}_max_s`, value: at(1) },
    { what: `${what}: earliest`, name: `${name}_min_s`, value: at(0), goal: '>= 0 s' },
    {
      what: `${what}: published`,
      name: `${name}_published_posts`,
      value: published,
      goal: String(count),
    },
    {
      what: `${what}: twice`,
      name: `${name}_duplicated_posts`,
      value: duplicated,
      goal: '0',
    },
  ]
}

/** 500 posts on the given channels, in each case. */
async function measureWaves(bench: Bench, network: 'mastodon' | 'page', channelIds: string[]) {
  const figures: Figure[] = []
  for (const { name, what, spreadMs } of cases) {
    if (!wanted(`${network}_${name}`)) continue
    const at = await workspaceOf(bench, bench.admin)
    const plan = { name: `${network} ${name}`, count, channelIds, spreadMs }
    const posts = await scheduleWave(at, plan)
    const reader = network === 'page' ? startReader(at, posts) : null
    await waitForWave(at, posts)
    const outcome = reader
      ? await onPage(bench, posts, await reader.stop())
      : await bench.mastodon.outcomeOf(posts)
    figures.push(...figuresOf(`${network}, ${count} ${what}`, `${network}_${name}`, outcome))
  }
  return figures
}

/** One plain post on one channel and one on three: what they cost Temporal. */
async function measureCost(bench: Bench, channelIds: string[]): Promise<Figure[]> {
  if (!wanted('cost')) return []
  const at = await workspaceOf(bench, bench.admin)
  const figures: Figure[] = []
  for (const channels of [1, 3]) {
    const params = { workspaceId: at.workspaceId }
    const { id } = await at.api.createPost({
      params,
      body: {
        content: { segments: [{ text: `On ${channels} channels.`, assetIds: [] }] },
        channelIds: channelIds.slice(0, channels),
      },
    })
    const onPost = { params: { ...params, postId: id } }
    await at.api.approvePost({ ...onPost, body: { contentVersion: 1 } })
    await at.api.publishPost(onPost)
    // The outbox starts the workflow a moment later.
    while ((await at.api.getPost(onPost)).shown !== 'published') await pause(200)
    const [cost] = await costsOf(bench.product.data, [id])
    const [what, name] = [`a post on ${channels} channels`, `post_on_${channels}_channels`]
    figures.push(
      {
        what: `${what}: history`,
        name: `${name}_history_events`,
        value: cost!.events,
        ...(channels === 1 ? { goal: '11' } : {}),
      },
      {
        what: `${what}: billed`,
        name: `${name}_temporal_actions`,
        value: cost!.actions,
        goal: String(1 + channels),
      },
    )
  }
  return figures
}

async function measure(data: string): Promise<Figure[]> {
  using mastodon = await startMastodon(accounts)
  const env = { ...process.env, ALLOW_PRIVATE_ORIGINS: mastodon.origin }
  await using product = await startOwn({ data, env })
  const { api: owner, workspaceId } = await registerOwner(product.url)
  const params = { workspaceId }
  const page = { on: true, slug: 'bench', title: 'Bench', about: 'Posts.', imprint: 'Bench' }
  await owner.updatePage({ params, body: page })
  const [own] = (await owner.listChannels({ params })).data
  const channelIds = await connectAccounts(owner, workspaceId, mastodon)
  const admin = new pg.Client({ connectionString: adminUrlOf(data) })
  await admin.connect()
  const bench: Bench = { product, owner, workspaceId, admin, mastodon }
  try {
    return [
      ...(await measureWaves(bench, 'mastodon', channelIds)),
      ...(await measureWaves(bench, 'page', [own!.id])),
      ...(await measureCost(bench, channelIds)),
    ]
  } finally {
    await admin.end()
  }
}

const data = mkdtempSync(join(tmpdir(), 'postaura-bench-'))
try {
  tell('npm run bench -- publish', await measure(data))
} finally {
  discard(data)
}
