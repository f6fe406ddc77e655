/**
 * Work that is done now and then: one registry, filled in `core/open.ts`. Every worker process looks for what is due; a lease, a row with an
 * expiry, lets one of them at a time do it. Each run leaves a row, and a job that has not succeeded for some of its intervals is late.
 */
import type { Context } from './context.ts'
import { rows, run } from './db.ts'
import { errorName } from './error-name.ts'
import { repeat } from './loop.ts'
import { registry } from './registry.ts'
import { uuidv7 } from './uuid.ts'

export interface PeriodicJob {
  everyMs: number
  /** Returns how many things it dealt with. Safe to run as often as one likes: whoever lost its lease unawares is still at it. */
  run(ctx: Context): Promise<number>
}

export const periodicJobs = registry<PeriodicJob>('periodic job')

/** A process that died keeps a job from the others for so long; one that lives renews its lease three times in it. */
const leaseMs = 30_000
/** Intervals without a success after which a job is late. */
const patience = 3

/** Runs every job in its own time until the returned function is called. One job's trouble does not keep another from being done. */
export function startPeriodicJobs(ctx: Context): () => Promise<void> {
  const holder = uuidv7()
  const loops = periodicJobs
    .entries()
    .map(([name, job]) =>
      repeat(job.everyMs, () =>
        runIfDue(ctx, name, job, holder).catch((err: unknown) =>
          ctx.log.error({ err, name }, 'a periodic job could not be looked at'),
        ),
      ),
    )
  return async () => {
    await Promise.all(loops.map((loop) => loop.stop()))
  }
}

/** Runs a job as `holder` if it is due and nobody else is at it; true: it was run, well or not. */
export async function runIfDue(
  ctx: Context,
  name: string,
  { everyMs, run: work }: PeriodicJob,
  holder: string,
): Promise<boolean> {
  const startedAt = await ctx.db.tx({ role: 'jobs' }, () => lease(name, everyMs, holder))
  if (!startedAt) return false
  const renewing = setInterval(() => void renew(ctx, name, holder), leaseMs / 3)
  try {
    const count = await work(ctx)
    await end(ctx, { name, holder, startedAt }, { count, error: null })
  } catch (err) {
    ctx.log.error({ err, name }, 'a periodic job is left for the next time')
    await end(ctx, { name, holder, startedAt }, { count: null, error: errorName(err) })
  } finally {
    clearInterval(renewing)
  }
  return true
}

const leased = `now() + interval '${leaseMs} milliseconds'`

/** When the lease began; undefined: another process has it, or the job is not due. */
async function lease(name: string, everyMs: number, holder: string): Promise<Date | undefined> {
  const [mine] = await rows<{ now: Date }>(
    `insert into periodic_jobs as j (name, every_ms, holder, leased_until) values ($1, $2, $3, ${leased})
     on conflict (name) do update set every_ms = $2, holder = $3, leased_until = ${leased}
     where j.due_at <= now() and coalesce(j.leased_until < now(), true) returning now()`,
    [name, everyMs, holder],
  )
  return mine?.now
}

async function renew(ctx: Context, name: string, holder: string): Promise<void> {
  await ctx.db
    .tx({ role: 'jobs' }, () =>
      run(`update periodic_jobs set leased_until = ${leased} where name = $1 and holder = $2`, [
        name,
        holder,
      ]),
    )
    .catch((err: unknown) => ctx.log.warn({ err, name }, 'a lease could not be renewed'))
}

interface Run {
  name: string
  holder: string
  startedAt: Date
}

/** Writes the run down, and gives the lease back unless it was lost. The next one is due a tenth early, so that whoever looks on time finds it. */
async function end(
  ctx: Context,
  { name, holder, startedAt }: Run,
  { count, error }: { count: number | null; error: string | null },
): Promise<void> {
  const succeeded = error === null
  await ctx.db.tx({ role: 'jobs' }, async () => {
    await run(
      `insert into job_runs (name, started_at, outcome, count, error) values ($1, $2, $3, $4, $5)`,
      [name, startedAt, succeeded ? 'succeeded' : 'failed', count, error],
    )
    await run(
      `update periodic_jobs set holder = null, leased_until = null, due_at = now() + every_ms * 0.9 * interval '1 millisecond',
         succeeded_at = case when $3 then now() else succeeded_at end where name = $1 and holder = $2`,
      [name, holder, succeeded],
    )
  })
}

/** Names of jobs that have not succeeded for several of their intervals, the time of a lost lease on top. */
export async function lateJobs({ db }: Pick<Context, 'db'>): Promise<string[]> {
  const names = periodicJobs.entries().map(([name]) => name)
  const late = await db.tx({ role: 'jobs' }, () =>
    rows<{ name: string }>(
      `select name from periodic_jobs where name = any($1)
         and coalesce(succeeded_at, created_at) < now() - (every_ms * ${patience} + ${leaseMs}) * interval '1 millisecond' order by name`,
      [names],
    ),
  )
  return late.map(({ name }) => name)
}
