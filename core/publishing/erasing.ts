/**
 * One engine for deleting: `erase({ kind, id })`. First a row that says so and fences against new work, in the unit of work that stops what is
 * planned; then what is on networks, then the rows with the row's end. Whoever dies in between leaves the row, and a periodic job goes on.
 */
import { Problem } from '#contract/platform/problems.ts'
import type { Context } from '../platform/context.ts'
import { rows, run } from '../platform/db.ts'
import { registry } from '../platform/registry.ts'
import { uuidv7 } from '../platform/uuid.ts'
import { clearPosts, erasePosts, stopPost, type Needs } from './deletion.ts'
import { Erasure, type Left } from './models/erasure.ts'

/** What is particular to one kind of thing. Each function runs in a unit of work of the workspace and may be called again. */
export interface Eraser {
  isThere(workspaceId: string, id: string): Promise<boolean>
  /** Keeps more from being made of it, and returns the ids of its posts. */
  stop(ctx: Pick<Context, 'now'>, id: string): Promise<string[]>
  /** Deletes what is left of it, once its posts are gone. */
  erase(ctx: Pick<Context, 'now'>, workspaceId: string, id: string): Promise<void>
}

/** By kind: `post`, `run`, `campaign`; filled in `core/open.ts`. */
export const erasers = registry<Eraser>('eraser')

export interface Wanted {
  kind: string
  id: string
  workspaceId: string
  /** Channels on which published posts are taken down. */
  takeDown: string[]
  by: string | null
  /** What the caller asks of the work before it is stopped, in the same unit of work; throws. */
  first?(): Promise<void>
}

/** What a deletion answers: its id, and the posts that stay on a network. */
export interface Deletion {
  deletionId: string
  left: Left[]
}

/** Nobody is at an erasure that was not touched for so long. */
const idleMs = 60_000

/** Erases a thing for good. Opens its own units of work. Throws `not_found`. */
export async function erase(ctx: Needs, wanted: Wanted): Promise<Deletion> {
  return goOn(ctx, wanted.workspaceId, await beginErasure(ctx, wanted))
}

/** From its commit on nothing new is scheduled or written of it. Returns the id of the erasure: the open one, if there is one. */
export async function beginErasure(ctx: Needs, wanted: Wanted): Promise<string> {
  const { kind, workspaceId, id: subject, takeDown, by } = wanted
  const eraser = erasers.get(kind)
  const now = ctx.now()
  return ctx.db.tx({ workspace: workspaceId }, async () => {
    if (!(await eraser.isThere(workspaceId, subject)))
      throw new Problem('not_found', 'This is gone already.')
    await wanted.first?.()
    const id = uuidv7(now.getTime())
    await run(
      `insert into erasures (id, workspace_id, kind, subject, take_down, by_person, begun_at, tried_at)
       values ($1, $2, $3, $4, $5, $6, $7, $7)
       on conflict (kind, subject) where ended_at is null do update set take_down = $5, tried_at = $7`,
      [id, workspaceId, kind, subject, takeDown, by, now],
    )
    for (const postId of await eraser.stop(ctx, subject)) await stopPost(ctx, postId, by)
    const open = await Erasure.findOne({
      where: { kind, subject, endedAt: null },
      attributes: ['id'],
      rejectOnEmpty: true,
    })
    return open.id
  })
}

/** Does what is left of an erasure; each part may have been done before. */
async function goOn(ctx: Needs, workspaceId: string, id: string): Promise<Deletion> {
  const scope = { workspace: workspaceId }
  const { eraser, erasure, postIds } = await ctx.db.tx(scope, async () => {
    const erasure = await Erasure.findByPk(id, { rejectOnEmpty: true })
    const eraser = erasers.get(erasure.kind)
    const postIds = await eraser.stop(ctx, erasure.subject)
    // Again: what was just being sent may wait for another try by now.
    for (const postId of postIds) await stopPost(ctx, postId, erasure.byPerson)
    return { erasure, eraser, postIds }
  })
  const touch = () =>
    ctx.db.tx(scope, () => Erasure.update({ triedAt: ctx.now() }, { where: { id } }))
  const left = await clearPosts(ctx, { ...erasure.get(), postIds }, touch)
  await ctx.db.tx(scope, async () => {
    await erasePosts(workspaceId, postIds, id)
    await eraser.erase(ctx, workspaceId, erasure.subject)
    // Whoever comes second finds nothing that stays, because the rows are gone.
    await Erasure.update({ endedAt: ctx.now(), stays: left }, { where: { id, endedAt: null } })
  })
  return { deletionId: id, left }
}

/** Goes on with erasures that nobody is at: their process died, or a network function broke. Returns how many came to their end. */
export async function resumeErasures(ctx: Needs): Promise<number> {
  const before = new Date(ctx.now().getTime() - idleMs)
  const idle = await ctx.db.tx({ role: 'jobs' }, () =>
    rows<{ id: string; workspace_id: string }>(
      'select id, workspace_id from erasures where ended_at is null and tried_at < $1 order by tried_at limit 50',
      [before],
    ),
  )
  let ended = 0
  for (const { id, workspace_id } of idle) {
    const mine = await ctx.db.tx({ workspace: workspace_id }, () =>
      run(
        'update erasures set tried_at = $3 where id = $1 and ended_at is null and tried_at < $2',
        [id, before, ctx.now()],
      ),
    )
    if (mine === 0) continue
    try {
      await goOn(ctx, workspace_id, id)
      ended += 1
    } catch (err) {
      ctx.log.error({ err, erasureId: id }, 'an erasure is left for the next time')
    }
  }
  return ended
}
