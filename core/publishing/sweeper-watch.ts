/** Whether the sweeper still walks, looked at by whoever does not walk with it: the API, and a schedule of Temporal's. */
import type { Context } from '../platform/context.ts'
import { rows } from '../platform/db.ts'
import { queueMail } from '../platform/mail.ts'

export const sweeperName = 'sweeper'
/** A sweeper that has not walked for this long is standing still. */
const stillMs = 120_000

/** When it walked last, and whether that is too long ago; undefined: it never did. */
export async function sweeperSeen({
  db,
}: Pick<Context, 'db'>): Promise<{ at: Date; still: boolean } | undefined> {
  const [seen] = await db.tx({ role: 'jobs' }, () =>
    rows<{ at: Date; still: boolean }>(
      `select at, at < now() - $2 * interval '1 millisecond' as still from heartbeats where name = $1`,
      [sweeperName, stillMs],
    ),
  )
  return seen
}

type Needs = Pick<Context, 'db' | 'log' | 'now' | 'config'>

/** `walking` or `standing`; operators are told, by log and at most one mail a day. */
export async function watchSweeper(ctx: Needs): Promise<'walking' | 'standing'> {
  const seen = await sweeperSeen(ctx)
  if (seen && !seen.still) return 'walking'
  ctx.log.error({ name: sweeperName }, 'the sweeper is standing still')
  await tellOperators(ctx)
  return 'standing'
}

/** Watches every minute until the returned function is called; a worker that is started with us gets the time to begin. */
export function startSweeperWatch(ctx: Needs, everyMs = stillMs / 2): () => void {
  const timer = setInterval(
    () =>
      void watchSweeper(ctx).catch((err: unknown) =>
        ctx.log.error({ err }, 'the sweeper could not be looked at'),
      ),
    everyMs,
  )
  return () => clearInterval(timer)
}

async function tellOperators(ctx: Needs): Promise<void> {
  const operators = await ctx.db.tx({ role: 'jobs' }, () =>
    rows<{ id: string }>('select operator_ids() as id'),
  )
  const day = ctx.now().toISOString().slice(0, 10)
  for (const { id } of operators)
    await ctx.db.tx({ person: id }, () =>
      queueMail(
        {
          personId: id,
          class: 'service',
          subject: 'PostAura’s sweeper is standing still',
          body: `Posts may stay unsent or unsettled until a worker runs again.\nLook at the System page: ${ctx.config.publicUrl}/system`,
          dedupe: `sweeper:${day}`,
        },
        ctx.now(),
      ),
    )
}
