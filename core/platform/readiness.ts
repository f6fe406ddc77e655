/** Whether the parts that PostAura needs answer, and which workers have shown themselves lately. */
import type { Context } from './context.ts'
import { rows } from './db.ts'
import { mainQueue, publishQueue, writingQueue } from './temporal.ts'

export interface Part {
  ok: boolean
  detail: string
}
type Needs = Pick<Context, 'db' | 'temporal'>

/** A worker that was not seen for this long is taken for gone. */
const aliveMs = 30_000
const databaseMs = 3_000

export async function checkDatabase({ db }: Needs): Promise<Part> {
  return part(async () => {
    const [found] = await inTime(
      db.tx({}, () =>
        rows<{ version: string }>(`select current_setting('server_version') as version`),
      ),
    )
    return `Postgres ${found?.version ?? ''}`.trim()
  })
}

export async function checkTemporal({ temporal }: Needs): Promise<Part> {
  return part(async () => {
    await temporal.check()
    return 'answers'
  })
}

async function part(look: () => Promise<string>): Promise<Part> {
  try {
    return { ok: true, detail: await look() }
  } catch (error) {
    return { ok: false, detail: error instanceof Error ? error.message : 'does not answer' }
  }
}

function inTime<T>(work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error('no answer within 3 s')), databaseMs)
  })
  return Promise.race([work, late]).finally(() => clearTimeout(timer))
}

export interface SeenWorker {
  identity: string
  queue: string
  lastSeenAt: string
}

/** Workers that were seen within half a minute, by queue. */
export async function livingWorkers({ db }: Pick<Context, 'db'>): Promise<SeenWorker[]> {
  const found = await db.tx({ role: 'jobs' }, () =>
    rows<{ identity: string; queue: string; at: Date }>(
      `select detail->>'identity' as identity, detail->>'queue' as queue, at from heartbeats
       where name like 'worker:%' and at > now() - $1 * interval '1 millisecond' order by 2, 1`,
      [aliveMs],
    ),
  )
  return found.map(({ at, ...worker }) => ({ ...worker, lastSeenAt: new Date(at).toISOString() }))
}

/** Names of all queues, as workers name them. */
export const queuesOf = ({ networks }: Pick<Context, 'networks'>): string[] => [
  mainQueue,
  writingQueue,
  ...Object.keys(networks).map(publishQueue),
]

/** Queues that no worker was seen on: what is put there waits. */
export async function unservedQueues(ctx: Pick<Context, 'db' | 'networks'>): Promise<string[]> {
  const served = new Set((await livingWorkers(ctx)).map(({ queue }) => queue))
  return queuesOf(ctx).filter((queue) => !served.has(queue))
}

/** The worker that publishes: without the main queue's, nothing goes out. */
export async function checkWorker(ctx: Pick<Context, 'db'>): Promise<Part> {
  return part(async () => {
    const workers = await livingWorkers(ctx)
    if (!workers.some((w) => w.queue === mainQueue))
      throw new Error('no worker was seen within the last 30 s')
    return `${new Set(workers.map((w) => w.identity)).size} at work`
  })
}
