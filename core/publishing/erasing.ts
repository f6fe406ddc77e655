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
  const { workspaceId, kind, id: subject, takeDown } = wanted
  return finish(ctx, { workspaceId, kind, subject, takeDown, ...(await beginErasure(ctx, wanted)) })
}

/**
 * From its commit on nothing new is scheduled or written of it. Returns the id of the erasure, that of the open one if there is one, and the
 * posts that go.
 */
export async function beginErasure(
  ctx: Needs,
  wanted: Wanted,
): Promise<{ id: string; postIds: string[] }> {
  const { kind, workspaceId, id: subject, takeDown, by } = wanted
  const now = ctx.now()
  return ctx.db.tx({ workspace: workspaceId }, async () => {
    if (!(await erasers.get(kind).isThere(workspaceId, subject)))
      throw new Problem('not_found', 'This is gone already.')
    await wanted.first?.()
    const [open] = await rows<{ id: string }>(
      `insert into erasures (id, workspace_id, kind, subject, take_down, by_person, begun_at, tried_at)
       values ($1, $2, $3, $4, $5, $6, $7, $7)
       on conflict (kind, subject) where ended_at is null do update set take_down = $5, tried_at = $7 returning id`,
      [uuidv7(now.getTime()), workspaceId, kind, subject, takeDown, by, now],
    )
    return { id: open!.id, postIds: await stopAll(ctx, { kind, subject, byPerson: by }) }
  })
}

/** Keeps the thing and its posts from going on, and returns the posts' ids. In a unit of work. */
async function stopAll(
  ctx: Needs,
  { kind, subject, byPerson }: Pick<Erasure, 'kind' | 'subject' | 'byPerson'>,
): Promise<string[]> {
  const postIds = await erasers.get(kind).stop(ctx, subject)
  for (const postId of postIds) await stopPost(ctx, postId, byPerson)
  return postIds
}

type Stopped = Pick<Erasure, 'id' | 'workspaceId' | 'kind' | 'subject' | 'takeDown'> & {
  postIds: string[]
}

/** Does what is left of an erasure once it is stopped; each part may have been done before. */
async function finish(ctx: Needs, erasure: Stopped): Promise<Deletion> {
  const { id, workspaceId, kind, subject, postIds } = erasure
  const work = <T>(fn: () => Promise<T>) => ctx.db.tx({ workspace: workspaceId }, fn)
  const touch = () => work(() => Erasure.update({ triedAt: ctx.now() }, { where: { id } }))
  const left = await clearPosts(ctx, erasure, touch)
  await work(async () => {
    await erasePosts(workspaceId, postIds, id)
    await erasers.get(kind).erase(ctx, workspaceId, subject)
    // Whoever comes second finds nothing that stays, because the rows are gone.
    await Erasure.update({ endedAt: ctx.now(), stays: left }, { where: { id, endedAt: null } })
  })
  return { deletionId: id, left }
}

/** Stops it once more, for what was just being sent may wait for another try by now, and finishes. */
async function goOn(ctx: Needs, workspaceId: string, id: string): Promise<void> {
  const stopped = await ctx.db.tx({ workspace: workspaceId }, async () => {
    const erasure = await Erasure.findByPk(id, { rejectOnEmpty: true })
    return { ...erasure.get(), postIds: await stopAll(ctx, erasure) }
  })
  await finish(ctx, stopped)
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
