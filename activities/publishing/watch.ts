/** Activities that look after the system itself. */
import type { Context } from '../../core/platform/context.ts'
import { rows } from '../../core/platform/db.ts'
import { queueMail } from '../../core/platform/mail.ts'
import { sweeperName } from './sweeper.ts'

/** A sweeper that has not walked for this long is standing still. */
const stillMs = 120_000

export function createMaintenanceActivities(ctx: Pick<Context, 'db' | 'log' | 'now' | 'config'>) {
  return {
    /** `walking` or `standing`; operators are told, by log and at most one mail a day. */
    async checkSweeper(): Promise<string> {
      const [seen] = await ctx.db.tx({ role: 'jobs' }, () =>
        rows<{ still: boolean }>(
          `select at < now() - $2 * interval '1 millisecond' as still from heartbeats where name = $1`,
          [sweeperName, stillMs],
        ),
      )
      if (seen && !seen.still) return 'walking'
      ctx.log.error({ name: sweeperName }, 'the sweeper is standing still')
      await tellOperators(ctx)
      return 'standing'
    },
  }
}

export type MaintenanceActivities = ReturnType<typeof createMaintenanceActivities>

async function tellOperators(ctx: Pick<Context, 'db' | 'now' | 'config'>): Promise<void> {
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
