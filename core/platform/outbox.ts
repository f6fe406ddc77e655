/**
 * From the database to Temporal. A row of the outbox says "look at this subject": it is locked, the present state is read, workflows are
 * started or ended, the row is deleted, then it is committed. One in flight per subject, so order cannot matter; Temporal away only means later.
 */
import type { Context } from './context.ts'
import { rows, run } from './db.ts'
import { errorName } from './error-name.ts'
import { repeat } from './loop.ts'
import { registry } from './registry.ts'
import type { OutboxKind } from './outbox-flags.ts'

type Needs = Pick<Context, 'config' | 'db' | 'log' | 'temporal' | 'now'>

/** Reads the present state of a subject and starts or ends its workflow, inside the dispatcher's unit of work. */
export type OutboxHandler = (
  ctx: Pick<Context, 'config' | 'temporal' | 'now' | 'log'>,
  subject: string,
  workspaceId: string,
) => Promise<void>
/** By kind: `post`: its alarm. `delivery`: a single one outside its post's alarm. `run`: writing a campaign. `erase`: histories to delete. */
export const outboxKinds = registry<OutboxHandler>('outbox kind')

interface Flag {
  kind: OutboxKind
  subject: string
  workspace_id: string
}

const batch = 50
const width = 4
const sweepMs = 2_000

/** Deals with everything that is due; returns how many subjects were looked at. */
export async function dispatchDue(ctx: Needs): Promise<number> {
  const due = await ctx.db.tx({ role: 'jobs' }, () =>
    rows<Flag>(
      'select kind, subject, workspace_id from outbox where next_at <= now() order by next_at limit $1',
      [batch],
    ),
  )
  const left = [...due]
  const worker = async () => {
    for (let flag = left.shift(); flag; flag = left.shift()) await dispatchOne(ctx, flag)
  }
  await Promise.all(Array.from({ length: Math.min(width, due.length) }, worker))
  return due.length
}

/** An error ends nothing but the look at this one subject, which is looked at again later. */
async function dispatchOne(ctx: Needs, { kind, subject, workspace_id }: Flag): Promise<void> {
  const scope = { workspace: workspace_id }
  try {
    await ctx.db.tx(scope, async () => {
      const flags = await rows(
        'select 1 from outbox where kind = $1 and subject = $2 and next_at <= now() for update skip locked',
        [kind, subject],
      )
      if (flags.length === 0) return
      await outboxKinds.get(kind)(ctx, subject, workspace_id)
      await run('delete from outbox where kind = $1 and subject = $2', [kind, subject])
    })
  } catch (error) {
    if (!(error instanceof Error)) throw error
    ctx.log.warn({ err: error, kind }, 'a subject of the outbox was put off')
    await ctx.db
      .tx(scope, () =>
        run(
          `update outbox set tries = tries + 1, last_error = $3, next_at = now() + least(60, power(2, least(tries, 6))) * interval '1 second'
           where kind = $1 and subject = $2 and next_at <= now()`,
          [kind, subject, errorName(error)],
        ),
      )
      .catch((err: unknown) => ctx.log.error({ err, kind }, 'the outbox could not be written'))
  }
}

/**
 * Dispatches whenever a subject is marked, with a sweep behind, until the returned function is called. No periodic job: every process that
 * has woken takes its share of the rows, and none waits for another's lease.
 */
export function startOutbox(ctx: Needs): () => Promise<void> {
  const loop = repeat(sweepMs, async () => {
    const dealt = await dispatchDue(ctx).catch((err: unknown) => {
      ctx.log.error({ err }, 'the outbox could not be read')
      return 0
    })
    if (dealt === batch) loop.wake()
  })
  const listening = ctx.db.listen('postaura_outbox', loop.wake)
  return async () => {
    await loop.stop()
    await (
      await listening
    )()
  }
}
