/** What has to be done now and then, whoever works: old rows go, and channels whose access ends are looked after. */
import { careForChannels } from '../core/channel-care.ts'
import type { Context } from '../core/context.ts'
import { run } from '../core/db.ts'
import { repeat } from '../core/loop.ts'

const everyMs = 15 * 60_000

/** What is kept for a while only, and how it is known that the while is over. */
const passing = [
  "delete from events where at < $1::timestamptz - interval '24 hours'",
  "delete from idempotency_keys where created_at < $1::timestamptz - interval '24 hours'",
  'delete from channel_authorizations where expires_at < $1',
  'delete from sessions where expires_at < $1',
]

/** Deletes it; returns how many rows went. */
export async function prune(ctx: Pick<Context, 'db' | 'now'>): Promise<number> {
  return ctx.db.tx({ role: 'jobs' }, async () => {
    let gone = 0
    for (const statement of passing) gone += await run(statement, [ctx.now()])
    return gone
  })
}

/** Keeps house until the returned function is called. One chore's trouble does not keep the other from being done. */
export function startHousekeeping(ctx: Context): () => Promise<void> {
  const chores = [prune, careForChannels]
  return repeat(everyMs, async () => {
    for (const chore of chores)
      await chore(ctx).catch((err: unknown) =>
        ctx.log.error({ err, name: chore.name }, 'a chore is left for the next time'),
      )
  }).stop
}
