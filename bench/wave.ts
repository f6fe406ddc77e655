/**
 * Many posts due at one instant: `npm run bench -- wave`. Lateness is as in `publish`; what 5,000 may take is told by a bare loop of the same
 * requests to the same server in the same run. `--only=CASE` measures one case alone.
 */
import { spawn } from 'node:child_process'
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
import { quantile, rounded, tell, type Figure } from './support/figures.ts'
import {
  connectAccounts,
  startMastodon,
  type Outcome,
  type OwnMastodon,
} from './support/own-mastodon.ts'
import { addWorker, watchMemory, workersOf } from './support/process-tree.ts'
import {
  approve,
  minuteIn,
  scheduleWave,
  waitForWave,
  workspaceOf,
  writeWave,
  type Plan,
  type WavePost,
} from './support/wave.ts'

/** An account may post 300 times in five minutes, here as there. */
const accounts = 20
/** Requests under way to one server at one time, of a wave as of the bare loop. */
const width = 64

interface Bench {
  product: OwnProduct
  owner: Client
  admin: pg.Client
  mastodon: OwnMastodon
  /** Never answers what it is told to keep silent about. */
  silent: OwnMastodon
  workspaceId: string
  channelIds: string[]
}

const ms = (seconds: number): number => Math.round(seconds * 1000)
const p = (outcome: Outcome, q: number): number => ms(quantile(outcome.late, q))

/** Writes, approves and schedules a wave in parts, each with a key of its own, and returns it. */
async function scheduled(bench: Bench, plan: Omit<Plan, 'spreadMs'>): Promise<WavePost[]> {
  const part = 1_000
  const parts = Array.from({ length: Math.ceil(plan.count / part) }, async (_, index) => {
    const count = Math.min(part, plan.count - index * part)
    const name = `${plan.name} ${index}`
    return scheduleWave(await workspaceOf(bench, bench.admin), {
      ...plan,
      name,
      count,
      spreadMs: 0,
    })
  })
  return (await Promise.all(parts)).flat()
}

/** What becomes of a wave of that many posts, when `at` is done around its instant. */
async function wave(
  bench: Bench,
  name: string,
  count: number,
  at: (due: number) => Promise<unknown> = async () => undefined,
): Promise<Outcome> {
  const first = minuteIn(count > 1_000 ? 300_000 : 75_000)
  const posts = await scheduled(bench, { name, count, channelIds: bench.channelIds, first })
  const around = at(first)
  await waitForWave(bench, posts)
  await around
  const outcome = await bench.mastodon.outcomeOf(posts)
  const { published, duplicated } = outcome
  if (published === count && duplicated === 0) return outcome
  throw new Error(`${name}: ${published} published, ${duplicated} twice`)
}

/** A minute of tomorrow: what is due then goes nowhere while the bench runs. */
const far = () => minuteIn(86_400_000)
const until = (instant: number) => pause(Math.max(0, instant - Date.now()))

/** p50, p99 and the last of a wave, with the goal of one of them. */
function lateness(what: string, name: string, outcome: Outcome, goals: Record<string, string>) {
  const values = { p50: p(outcome, 0.5), p99: p(outcome, 0.99), max: p(outcome, 1) }
  return Object.entries(values).map(([key, value]) => ({
    what: `${what}: ${key}`,
    name: `${key}_${name}_ms`,
    value,
    ...(goals[key] && { goal: goals[key] }),
  }))
}

async function loaded(bench: Bench): Promise<Figure[]> {
  const busy = spawn(process.execPath, ['-e', 'for (;;);'], { stdio: 'ignore' })
  try {
    const outcome = await wave(bench, 'loaded', 500)
    return lateness('500, one core busy elsewhere', '500_loaded', outcome, { p99: '< 1,000 ms' })
  } finally {
    busy.kill('SIGKILL')
  }
}

async function big(bench: Bench): Promise<Figure[]> {
  let memory = 0
  const outcome = await wave(bench, 'big', 5_000, async (due) => {
    await until(due - 90_000)
    const stop = watchMemory(bench.product, 3_000)
    await until(due + 30_000)
    memory = await stop()
  })
  const bare = await bench.mastodon.bare({ count: 5_000, width })
  const bareMs = ms(quantile(bare, 0.99))
  return [
    ...lateness('5,000', '5000', outcome, {}),
    { what: '5,000 in a bare loop: p99', name: 'bare_5000_ms', value: bareMs },
    {
      what: '5,000: p99 divided by the bare loop',
      name: 'p99_5000_ratio',
      value: rounded(p(outcome, 0.99) / bareMs, 2),
      goal: '< 3',
    },
    {
      what: '5,000: most memory of everything',
      name: 'memory_5000_mb',
      value: Math.round(memory),
      goal: '< 1,500 MB',
    },
  ]
}

/** 50 posts alone, and beside 300 of another workspace to a server that does not answer. */
async function neighbour(bench: Bench): Promise<Figure[]> {
  const alone = await wave(bench, 'alone', 50)
  const { id } = await bench.owner.createWorkspace({ body: { name: 'Other' } })
  const other = {
    ...bench,
    workspaceId: id,
    channelIds: await connectAccounts(bench.owner, id, bench.silent),
  }
  await bench.silent.silence(1_000)
  const first = minuteIn(75_000)
  const mine = scheduled(bench, { name: 'beside', count: 50, channelIds: bench.channelIds, first })
  await scheduled(other, { name: 'silent', count: 300, channelIds: other.channelIds, first })
  const posts = await mine
  await waitForWave(bench, posts)
  const beside = await bench.mastodon.outcomeOf(posts)
  return [
    {
      what: '50 beside 300 to a silent server: p99 later than alone',
      name: 'neighbour_added_ms',
      value: p(beside, 0.99) - p(alone, 0.99),
      goal: '< 200 ms',
    },
  ]
}

async function approving(bench: Bench): Promise<Figure[]> {
  const at = await workspaceOf(bench, bench.admin)
  const plan = {
    name: 'approve',
    count: 200,
    channelIds: bench.channelIds,
    first: far(),
  }
  const posts = await writeWave(at, { ...plan, spreadMs: 0 })
  const value = Math.round(await approve(at, posts))
  return [
    {
      what: '200 approved and scheduled in one call',
      name: 'approve_200_ms',
      value,
      goal: '< 500 ms',
    },
  ]
}

async function resuming(bench: Bench): Promise<Figure[]> {
  const params = { workspaceId: bench.workspaceId }
  const plan = { name: 'resume', count: 500, channelIds: bench.channelIds, first: far() }
  const ids = (await scheduled(bench, plan)).map(({ id }) => id)
  await bench.owner.holdPublishing({ params, body: { reason: 'A bench.' } })
  const late = `update deliveries set publish_at = now() - interval '5 minutes' where post_id = any($1)`
  await bench.admin.query(late, [ids])
  const since = performance.now()
  const { overdue } = await bench.owner.resumePublishing({ params, body: { overdue: 'send_now' } })
  const value = Math.round(performance.now() - since)
  if (overdue < 500) throw new Error(`only ${overdue} were settled`)
  return [{ what: '500 resumed in one call', name: 'resume_500_ms', value, goal: '< 2,000 ms' }]
}

/** A worker is asked to stop, or killed, around the instant; `others` more run beside it. */
async function ended(
  bench: Bench,
  {
    signal,
    atMs,
    others,
    name,
  }: { signal: NodeJS.Signals; atMs: number; others: number; name: string },
): Promise<Outcome> {
  const [own] = workersOf(bench.product)
  const more = Array.from({ length: others }, () => addWorker(bench.product))
  try {
    return await wave(bench, name, 500, async (due) => {
      await until(due + atMs)
      process.kill(own!, signal)
    })
  } finally {
    for (const worker of more) worker.kill('SIGKILL')
    await pause(15_000)
  }
}

async function stopping(bench: Bench): Promise<Figure[]> {
  const plan = { signal: 'SIGTERM', atMs: -3_000, others: 0, name: 'stopped' } as const
  const goals = { max: '<= 3,000 ms' }
  return lateness('500, worker told to stop 3 s before', 'stopped', await ended(bench, plan), goals)
}

async function killed(bench: Bench): Promise<Figure[]> {
  const figures: Figure[] = []
  for (const others of [0, 1]) {
    const name = `killed_one_of_${others + 1}`
    const outcome = await ended(bench, { signal: 'SIGKILL', atMs: 66, others, name })
    const what = `500, one of ${others + 1} workers killed at +66 ms`
    figures.push(...lateness(what, name, outcome, { max: '< 10,000 ms' }))
  }
  return figures
}

async function several(bench: Bench): Promise<Figure[]> {
  const figures: Figure[] = []
  for (const count of [2, 4]) {
    const more = Array.from({ length: count - 1 }, () => addWorker(bench.product))
    await pause(20_000)
    const outcome = await wave(bench, `workers ${count}`, 500)
    for (const worker of more) worker.kill('SIGTERM')
    figures.push(...lateness(`500, ${count} workers`, `500_of_${count}_workers`, outcome, {}))
    await pause(15_000)
  }
  return figures
}

const cases: Record<string, (bench: Bench) => Promise<Figure[]>> = {
  approve: approving,
  resume: resuming,
  '500': async (bench) =>
    lateness('500', '500', await wave(bench, '500', 500), { p50: '20 ms', p99: '60 ms' }),
  loaded,
  neighbour,
  '5000': big,
  stopped: stopping,
  killed,
  workers: several,
}

async function measure(data: string, wanted: string[]): Promise<Figure[]> {
  using mastodon = await startMastodon(accounts)
  using silent = await startMastodon(accounts)
  const env = { ...process.env, ALLOW_PRIVATE_ORIGINS: `${mastodon.origin},${silent.origin}` }
  await using product = await startOwn({ data, env })
  const { api: owner, workspaceId } = await registerOwner(product.url)
  const channelIds = await connectAccounts(owner, workspaceId, mastodon)
  const admin = new pg.Client({ connectionString: adminUrlOf(data) })
  await admin.connect()
  const bench: Bench = { product, owner, admin, mastodon, silent, workspaceId, channelIds }
  try {
    const figures: Figure[] = []
    for (const name of wanted) figures.push(...(await cases[name]!(bench)))
    return figures
  } finally {
    await admin.end()
  }
}

const only = process.argv.find((argument) => argument.startsWith('--only='))?.slice(7)
const wanted = only === undefined ? Object.keys(cases) : only.split(',')
if (wanted.some((name) => !cases[name])) throw new Error(`cases: ${Object.keys(cases).join(', ')}`)
const data = mkdtempSync(join(tmpdir(), 'postaura-bench-'))
try {
  tell('npm run bench -- wave', await measure(data, wanted))
} finally {
  discard(data)
}
