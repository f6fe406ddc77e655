/**
 * Server-sent events of one workspace, as far as the catalogue and the caller's grant let them be seen. Events are rows, so that a stream resumes after Last-Event-ID. A row's place is (tx, id): rows of
 * transactions that are still running are not passed over.
 */
import type { Request as HttpRequest, Response as HttpResponse } from 'express'
import type { Context } from '../../core/platform/context.ts'
import { rows } from '../../core/platform/db.ts'
import { eventKinds, type EventKind } from '#contract/platform/event-catalogue.ts'
import { Problem } from '#contract/platform/problems.ts'
import { standsStill } from '../../core/identity/sessions.ts'
import { admit } from '../dispatch.ts'
import type { Caller } from '../handler-types.ts'
import { limitRequest } from '../limit.ts'
import type { Request } from '../request.ts'
import { visiblePosts } from '../resources.ts'

const keepAliveMs = 15_000
/** How long rows of slow transactions may be held back before we look again. */
const lookAgainMs = 1_000

type Wake = () => void
const wakers = new WeakMap<Context, Promise<Map<string, Set<Wake>>>>()

/** One LISTEN connection per process, whatever the number of streams. */
function listeners(ctx: Context): Promise<Map<string, Set<Wake>>> {
  let waiting = wakers.get(ctx)
  if (!waiting) {
    waiting = (async () => {
      const map = new Map<string, Set<Wake>>()
      await ctx.db.listen('postaura_events', (workspace) => {
        const woken = workspace ? [map.get(workspace)] : [...map.values()]
        for (const set of woken) set?.forEach((wake) => wake())
      })
      return map
    })()
    wakers.set(ctx, waiting)
    waiting.catch(() => wakers.delete(ctx))
  }
  return waiting
}

interface EventRow {
  tx: string
  id: string
  kind: string
  subject: string
  parent: string | null
  at: Date
}

/** Streams until the client goes away or loses its right. */
export async function streamEvents(
  ctx: Context,
  request: Request,
  req: HttpRequest,
  res: HttpResponse,
): Promise<void> {
  await limitRequest(ctx, request)
  const workspace = request.params.workspaceId!
  const only = [request.query.runId, request.query.postId].find((v) => typeof v === 'string') as
    string | undefined
  let place = await asListener(ctx, request, () => startingPlace(request.headers['last-event-id']))
  const streams = await listeners(ctx)
  begin(res)

  let busy = false
  let again = false
  const send = async () => {
    if (busy) return void (again = true)
    busy = true
    try {
      do {
        again = false
        const found = await asListener(ctx, request, (caller) => after(place, kindsFor(caller)))
        for (const event of found.events) {
          place = { tx: event.tx, id: event.id }
          if (!only || event.subject === only || event.parent === only) res.write(render(event))
        }
        if (found.more) setTimeout(wake, lookAgainMs)
      } while (again)
    } catch (error) {
      if (!(error instanceof Problem))
        ctx.log.warn({ err: error, workspaceId: workspace }, 'an event stream broke off')
      res.end()
    } finally {
      busy = false
    }
  }
  const wake = () => void send()
  const mine = streams.get(workspace) ?? new Set<Wake>()
  streams.set(workspace, mine.add(wake))
  const alive = setInterval(() => {
    asListener(ctx, request, () => Promise.resolve()).then(
      () => res.write(': alive\n\n'),
      () => res.end(),
    )
  }, keepAliveMs)
  req.on('close', () => {
    clearInterval(alive)
    mine.delete(wake)
    if (mine.size === 0) streams.delete(workspace)
  })
  await send()
}

function begin(res: HttpResponse): void {
  res.setHeader('content-type', 'text/event-stream')
  res.setHeader('cache-control', 'no-store')
  res.setHeader('x-accel-buffering', 'no')
  res.setHeader('connection', 'keep-alive')
  res.writeHead(200)
  res.write('retry: 2000\n\n')
}

/** Runs `fn` in a unit of work of whoever listens, asked again each time: their session or key, their role, their grant. */
async function asListener<T>(
  ctx: Context,
  request: Request,
  fn: (caller: Caller) => Promise<T>,
): Promise<T> {
  const caller = await admit(ctx, request)
  return caller.work(async () => {
    if (!(await standsStill(request.actor, ctx.now()))) throw new Problem('unauthenticated')
    return fn(caller)
  })
}

/** Kinds of the catalogue that the caller may see. */
const kindsFor = ({ grant, actor }: Caller): string[] =>
  Object.entries<EventKind>(eventKinds)
    .filter(([, { can, programs }]) => grant.has(can) && (actor.kind === 'person' || programs))
    .map(([kind]) => kind)

interface Place {
  tx: string
  id: string
}

async function startingPlace(lastEventId: string | undefined): Promise<Place> {
  const match = /^(\d{1,20})-(\d{1,19})$/.exec(lastEventId ?? '')
  if (match) return { tx: match[1]!, id: match[2]! }
  const [now] = await rows<{ tx: string }>(
    'select pg_snapshot_xmin(pg_current_snapshot())::text as tx',
  )
  return { tx: now!.tx, id: '0' }
}

async function after(
  place: Place,
  kinds: string[],
): Promise<{ events: EventRow[]; more: boolean }> {
  const events = await rows<EventRow>(
    `select tx::text, id::text, kind, subject, parent, at from events e
     where kind = any($3) and not exists (select 1 from posts p where p.id in (e.subject, e.parent) and not ${visiblePosts('p')})
       and (tx, id) > ($1::text::xid8, $2::bigint) and tx < pg_snapshot_xmin(pg_current_snapshot()) order by tx, id limit 500`,
    [place.tx, place.id, kinds],
  )
  const [held] = await rows<{ more: boolean }>(
    'select exists (select 1 from events where tx >= pg_snapshot_xmin(pg_current_snapshot())) as more',
  )
  return { events, more: events.length === 500 || held!.more }
}

const render = (e: EventRow): string =>
  `id: ${e.tx}-${e.id}\nevent: ${e.kind}\ndata: ${JSON.stringify({ subject: e.subject, parent: e.parent, at: e.at })}\n\n`
