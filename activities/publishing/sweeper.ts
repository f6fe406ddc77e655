/**
 * Walks the ledger for what was left behind: alarms that did not ring, answers that never came, times that passed. It needs neither
 * Temporal nor any history, so whatever an operator does to a workflow, the row settles.
 */
import { rows, run } from '../../core/platform/db.ts'
import { sweepScheduled } from '../../core/publishing/arming.ts'
import { Delivery } from '../../core/publishing/models/delivery.ts'
import { claimOpen } from '../../core/publishing/move.ts'
import { isPreparing } from '../../core/publishing/preparing.ts'
import { sweeperName } from '../../core/publishing/sweeper-watch.ts'
import { repeat } from '../../core/platform/loop.ts'
import { isDirty, markDirty } from '../../core/platform/outbox-flags.ts'
import type { Deps } from './delivering.ts'
import { reconcile } from './reconcile.ts'

/** Due for this long and still not armed: the alarm is rung again. */
const graceMs = 10_000
/** An alarm is not rung again within this time. */
const patienceMs = 20_000
const batch = 100

interface Found {
  id: string
  workspace_id: string
}

/** One walk. Returns how many rows it touched. */
export async function sweep(deps: Deps): Promise<{ rung: number; asked: number }> {
  const { ctx } = deps
  const now = ctx.now()
  const grace = Math.min(graceMs, ctx.config.publishing.sweepMs * 2)
  const { due, open } = await ctx.db.tx({ role: 'jobs' }, async () => ({
    due: await rows<Found>(
      // What waits for a hold or a paused channel is left alone until its allowance is over, so that it cannot crowd out the rest.
      `select d.id, d.workspace_id from deliveries d join workspaces w on w.id = d.workspace_id join channels c on c.id = d.channel_id
       where d.state = 'scheduled' and d.publish_at < $1 and coalesce(d.next_try_at, d.publish_at) < $1
         and (w.hold_since is null and c.state <> 'paused' or d.publish_at + d.lateness_minutes * interval '1 minute' < $2)
       order by d.publish_at limit ${batch}`,
      [new Date(now.getTime() - grace), now],
    ),
    open: await claimOpen(now, { batch, forMs: claimedMs(ctx.config) }),
  }))
  let rung = 0
  for (const found of due)
    rung += (await isolated(deps, found, () => ringAgain(deps, found))) ? 1 : 0
  await sideBySide(open, (found) =>
    isolated(deps, found, async () => {
      const next = await reconcile(deps, { workspaceId: found.workspace_id, deliveryId: found.id })
      if (next.outcome === 'again') await ringAgain(deps, found)
      return true
    }),
  )
  await noteAlive(deps, sweeperName, { due: due.length, open: open.length })
  return { rung, asked: open.length }
}

/** A network is asked in this time, or another sweeper asks it. */
const claimedMs = ({ publishing }: Deps['ctx']['config']): number =>
  2 * publishing.callTimeoutMs + publishing.sweepMs

/** So many networks are asked at a time: a silent one keeps no other waiting. */
const width = 8

async function sideBySide<T>(items: T[], fn: (item: T) => Promise<unknown>): Promise<void> {
  const left = [...items]
  const next = async () => {
    for (let item = left.shift(); item; item = left.shift()) await fn(item)
  }
  await Promise.all(Array.from({ length: Math.min(width, items.length) }, next))
}

/** One row's trouble must not keep the others waiting. */
async function isolated(deps: Deps, { id }: Found, fn: () => Promise<boolean>): Promise<boolean> {
  try {
    return await fn()
  } catch (error) {
    deps.ctx.log.error(
      { err: error, deliveryId: id },
      'the sweeper left a delivery for the next walk',
    )
    return false
  }
}

async function ringAgain({ ctx }: Deps, { id, workspace_id }: Found): Promise<boolean> {
  return ctx.db.tx({ workspace: workspace_id }, async () => {
    const [free] = await rows<{ post_id: string }>(
      `select id as post_id from posts where id = (select post_id from deliveries where id = $1 and state = 'scheduled') for no key update skip locked`,
      [id],
    )
    if (!free) return false
    if (await sweepScheduled(ctx, { workspaceId: workspace_id, deliveryId: id })) return false
    if ((await isDirty('post', free.post_id)) || (await isDirty('delivery', id))) return false
    // Uploads that take longer than thought go on: whoever is at them says so every few seconds.
    const delivery = await Delivery.findByPk(id, { attributes: ['prepared'] })
    if (isPreparing(delivery?.prepared ?? null, ctx.now())) return false
    const patience = Math.min(patienceMs, ctx.config.publishing.sweepMs * 4)
    const [recent] = await rows(
      `select 1 from workflow_runs where workflow_id like $1 and created_at > now() - $2 * interval '1 millisecond' limit 1`,
      [`delivery:${id}:%`, patience],
    )
    if (recent) return false
    await markDirty('delivery', id, workspace_id)
    return true
  })
}

/** A sign of life. */
export async function noteAlive(
  { ctx }: Pick<Deps, 'ctx'>,
  name: string,
  detail: object,
): Promise<void> {
  await ctx.db.tx({ role: 'jobs' }, () =>
    run(
      `insert into heartbeats (name, detail, at) values ($1, $2, now()) on conflict (name) do update set detail = excluded.detail, at = excluded.at`,
      [name, JSON.stringify(detail)],
    ),
  )
}

/** Sweeps until the returned function is called. No periodic job: a lease that a killed worker left behind would put off the posts it left too. */
export function startSweeper(deps: Deps): () => Promise<void> {
  return repeat(deps.ctx.config.publishing.sweepMs, () =>
    sweep(deps).catch((err: unknown) => deps.ctx.log.error({ err }, 'the sweeper could not walk')),
  ).stop
}
