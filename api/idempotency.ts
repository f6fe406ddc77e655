/**
 * Idempotency-Key on POST: the same key with the same body is answered as the first time, for 24 hours. Answers are sealed, because they may
 * hold content; deleting work in a workspace forgets them (core/deletion).
 */
import { createHash } from 'node:crypto'
import { Readable } from 'node:stream'
import type { Endpoint } from '#contract/platform/endpoint.ts'
import { Problem } from '#contract/platform/problems.ts'
import type { Context } from '../core/platform/context.ts'
import { rows, run } from '../core/platform/db.ts'
import { actorKey } from '../core/platform/actor.ts'
import { readUpload } from '../core/media/media.ts'
import { isUuid } from '../core/platform/uuid.ts'
import type { Answer, Request } from './request.ts'

/** After this long an unanswered first try is taken for dead (its process was killed), in seconds. */
const abandonedAfter = 120

export interface Once {
  /** The answer of the first time, when there was one. */
  earlier?: Answer
  /** Keeps the answer; runs in the handler's unit of work where there is one, so that both commit or neither. */
  finish(answer: Answer): Promise<void>
  forget(): Promise<void>
}

interface Row {
  body_hash: Buffer
  status: number | null
  answer: string | null
  abandoned: boolean
}

/** True when the caller made a repeat of this request harmless. */
export const repeatable = (e: Endpoint, { headers, actor }: Request): boolean =>
  !!headers['idempotency-key'] && e.method === 'post' && actor.kind !== 'anonymous'

/** Reserves the key, or finds what was answered before. Nothing to do without the header or for other methods. */
export async function beginOnce(
  ctx: Context,
  e: Endpoint,
  request: Request,
): Promise<Once | undefined> {
  const key = request.headers['idempotency-key']
  if (!key || !repeatable(e, request)) return undefined
  if (key.length > 200)
    throw new Problem('malformed', 'Idempotency-Key has more than 200 characters.')
  const actor = actorKey(request.actor)
  const at = [actor, 'post', pathOf(e, request), key]
  const hash = await hashOf(request)
  const row = { table: 'idempotency_keys', id: at.join(' '), field: 'answer' }
  const found = await ctx.db.tx({ actor }, () => reserve(at, hash, request))
  if (found) {
    if (!found.body_hash.equals(hash)) throw new Problem('key_reused')
    if (found.status === null) throw inFlight()
    const kept = JSON.parse(ctx.vault.open(row, found.answer!)) as Pick<Answer, 'body' | 'headers'>
    return {
      earlier: {
        ...kept,
        status: found.status,
        cookies: [],
        headers: { ...kept.headers, 'idempotent-replayed': 'true' },
      },
      finish: async () => undefined,
      forget: async () => undefined,
    }
  }
  return {
    finish: async ({ status, body, headers }) => {
      const sealed = ctx.vault.seal(row, JSON.stringify({ body, headers }))
      await run(`update idempotency_keys set status = $5, answer = $6 where ${whereKey}`, [
        ...at,
        status,
        sealed,
      ])
    },
    forget: () =>
      ctx.db.tx(
        { actor },
        async () =>
          void (await run(`delete from idempotency_keys where ${whereKey} and status is null`, at)),
      ),
  }
}

/** What makes two requests the same. An upload is read to its end for it, and then handed on from memory. */
async function hashOf(request: Request): Promise<Buffer> {
  const hash = createHash('sha256').update(JSON.stringify([request.query, request.body ?? null]))
  if (request.upload) {
    const bytes = await readUpload(request.upload.stream)
    request.upload = { ...request.upload, stream: Readable.from([bytes]) }
    hash.update(bytes)
  }
  return hash.digest()
}

const inFlight = () =>
  new Problem(
    'in_flight',
    'The first request with this Idempotency-Key is still being worked on.',
    {
      retryAfter: 1,
    },
  )

const whereKey = 'actor = $1 and method = $2 and path = $3 and key = $4'

async function reserve(at: string[], hash: Buffer, request: Request): Promise<Row | undefined> {
  const workspace = request.params.workspaceId
  const made = await run(
    `insert into idempotency_keys (actor, method, path, key, body_hash, workspace_id, created_at) values ($1, $2, $3, $4, $5, $6, now())
     on conflict (actor, method, path, key) do update set body_hash = excluded.body_hash, status = null, answer = null, created_at = now()
     where idempotency_keys.created_at < now() - interval '24 hours'
       or (idempotency_keys.status is null and idempotency_keys.created_at < now() - make_interval(secs => ${abandonedAfter}))`,
    [...at, hash, workspace && isUuid(workspace) ? workspace : null],
  )
  if (made > 0) return undefined
  const [row] = await rows<Row>(
    `select body_hash, status, answer from idempotency_keys where ${whereKey}`,
    at,
  )
  if (!row) throw inFlight()
  return row
}

const pathOf = (e: Endpoint, request: Request) =>
  e.path.replace(/:(\w+)/g, (_, name: string) => request.params[name] ?? '')
