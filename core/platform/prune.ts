/** Rows of the platform that are kept for a while only. */
import type { Context } from './context.ts'
import { run } from './db.ts'

const dayMs = 24 * 60 * 60_000

/** Deletes events and kept answers of all tenants after a day, runs of periodic jobs after a week, limits whose window is over; returns how many rows went. */
export async function prunePlatform(ctx: Pick<Context, 'db' | 'now'>): Promise<number> {
  const before = (days: number) => new Date(ctx.now().getTime() - days * dayMs)
  return ctx.db.tx({ role: 'jobs' }, async () => {
    const events = await run('delete from events where at < $1', [before(1)])
    const answers = await run('delete from idempotency_keys where created_at < $1', [before(1)])
    const runs = await run('delete from job_runs where started_at < $1', [before(7)])
    return events + answers + runs + (await run('delete from allowances where ends_at < now()'))
  })
}
