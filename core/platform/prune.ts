/** Rows of the platform that are kept for a while only. */
import type { Context } from './context.ts'
import { run } from './db.ts'

const keptMs = 24 * 60 * 60_000

/** Deletes old events and kept answers of all tenants; returns how many rows went. */
export async function prunePlatform(ctx: Pick<Context, 'db' | 'now'>): Promise<number> {
  const before = new Date(ctx.now().getTime() - keptMs)
  return ctx.db.tx({ role: 'jobs' }, async () => {
    const events = await run('delete from events where at < $1', [before])
    return events + (await run('delete from idempotency_keys where created_at < $1', [before]))
  })
}
