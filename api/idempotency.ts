/**
 * Idempotency-Key on POST: the same key with the same body is not done twice, for 24 hours. Kept are the status and what was made or changed,
 * which is read anew; only an answer that no endpoint gives again is kept, sealed. Nothing is kept where secrets are sent or answered.
 */
import { createHash, type Hash } from 'node:crypto'
import { endpoints, type EndpointName } from '#contract/endpoints.ts'
import type { Endpoint } from '#contract/platform/endpoint.ts'
import { Problem } from '#contract/platform/problems.ts'
import type { Context } from '../core/platform/context.ts'
import { keyedHash } from '../core/platform/crypto/tokens.ts'
import { rows, run } from '../core/platform/db.ts'
import { actorKey } from '../core/platform/actor.ts'
import { withinBounds } from '../core/media/media.ts'
import { spool } from '../core/media/spool.ts'
import { isUuid } from '../core/platform/uuid.ts'
import type { Answer, Request } from './request.ts'

/** After this long an unanswered first try is taken for dead (its process was killed), in seconds. */
const abandonedAfter = 120

/** What was done the first time: where it is read, or what was answered. */
export type Earlier =
  | { read: { name: EndpointName; params: Record<string, string>; status: number } }
  | { read?: never; answer: Answer }

export interface Once {
  earlier?: Earlier
  /** Keeps the answer; runs in the handler's unit of work where there is one, so that both commit or neither. */
  finish(answer: Answer): Promise<void>
  forget(): Promise<void>
}

interface Row {
  body_hash: Buffer
  status: number | null
  resource_id: string | null
  answer: string | null
}

/** True when the caller made a repeat of this request harmless. */
export const repeatable = (e: Endpoint, { headers, actor }: Request): boolean =>
  !!headers['idempotency-key'] && e.method === 'post' && !e.secret && actor.kind !== 'anonymous'

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
  const hash = await hashOf(ctx, request)
  const row = { table: 'idempotency_keys', id: at.join(' '), field: 'answer' }
  const found = await ctx.db
    .tx({ actor }, () => reserve(at, hash, request))
    .catch((error: unknown) => {
      request.upload?.stream.destroy()
      throw error
    })
  if (found) {
    request.upload?.stream.destroy()
    if (!found.body_hash.equals(hash)) throw new Problem('key_reused')
    if (found.status === null) throw inFlight()
    const earlier = earlierOf(e, request, found.status, found, () =>
      JSON.parse(ctx.vault.open(row, found.answer!)),
    )
    return { earlier, finish: async () => undefined, forget: async () => undefined }
  }
  return {
    finish: async ({ status, body, headers }) => {
      const reader = readerOf(e)
      const id = reader && idIn(e, request, reader, body)
      const plain = id !== undefined || (body === undefined && Object.keys(headers).length === 0)
      const sealed = plain ? null : ctx.vault.seal(row, JSON.stringify({ body, headers }))
      await run(
        `update idempotency_keys set status = $5, resource_id = $6, answer = $7 where ${whereKey}`,
        [...at, status, id ?? null, sealed],
      )
    },
    forget: () =>
      ctx.db.tx(
        { actor },
        async () =>
          void (await run(`delete from idempotency_keys where ${whereKey} and status is null`, at)),
      ),
  }
}

interface Reader {
  name: EndpointName
  /** The parameter that names what is read. */
  param: string
}

/** The endpoint that answers the same of what an endpoint makes or changes; undefined: none does. */
function readerOf(e: Endpoint): Reader | undefined {
  const all = Object.entries(endpoints) as [EndpointName, Endpoint][]
  const found = all.find(
    ([, { method, path, response }]) =>
      method === 'get' &&
      response !== undefined &&
      response === e.response &&
      (e.creates ? path === e.creates[0] : e.path.startsWith(`${path}/`)),
  )
  const param = found && /:(\w+)$/.exec(found[1].path)?.[1]
  return param ? { name: found[0], param } : undefined
}

function idIn(
  { creates }: Endpoint,
  { params }: Request,
  { param }: Reader,
  body: unknown,
): string | undefined {
  if (!creates) return params[param]
  const [, ...way] = creates
  const id = way.reduce((at: unknown, key) => (at as Record<string, unknown> | null)?.[key], body)
  return typeof id === 'string' ? id : undefined
}

function earlierOf(
  e: Endpoint,
  { params }: Request,
  status: number,
  { resource_id: id, answer }: Row,
  open: () => Pick<Answer, 'body' | 'headers'>,
): Earlier {
  const reader = readerOf(e)
  if (answer === null && id !== null && reader)
    return { read: { name: reader.name, params: { ...params, [reader.param]: id }, status } }
  const kept = answer === null ? { body: undefined, headers: {} } : open()
  return { answer: { ...kept, status, cookies: [] } }
}

/** What makes two requests the same. An upload is read to its end for it, and then handed on from disk. */
async function hashOf(ctx: Context, request: Request): Promise<Buffer> {
  const hash = createHash('sha256').update(JSON.stringify([request.query, request.body ?? null]))
  if (request.upload) {
    const file = await spool(ctx.config, hashed(withinBounds(request.upload.stream), hash))
    request.upload = { ...request.upload, stream: file.createReadStream({ start: 0 }) }
  }
  return keyedHash(ctx.config.rotationKey, 'request', hash.digest())
}

async function* hashed(stream: AsyncIterable<Uint8Array>, hash: Hash): AsyncGenerator<Uint8Array> {
  for await (const piece of stream) {
    hash.update(piece)
    yield piece
  }
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
     on conflict (actor, method, path, key) do update set body_hash = excluded.body_hash, status = null, resource_id = null, answer = null, created_at = now()
     where idempotency_keys.created_at < now() - interval '24 hours'
       or (idempotency_keys.status is null and idempotency_keys.created_at < now() - make_interval(secs => ${abandonedAfter}))`,
    [...at, hash, workspace && isUuid(workspace) ? workspace : null],
  )
  if (made > 0) return undefined
  const [row] = await rows<Row>(
    `select body_hash, status, resource_id, answer from idempotency_keys where ${whereKey}`,
    at,
  )
  if (!row) throw inFlight()
  return row
}

const pathOf = (e: Endpoint, request: Request) =>
  e.path.replace(/:(\w+)/g, (_, name: string) => request.params[name] ?? '')
