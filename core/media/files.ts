/**
 * Files in the object store and the rows that account for them. A file is written first and kept later, in the unit of work that makes
 * something name it; what nothing names is removed after a while, so that whatever breaks off leaves nothing for good.
 */
import { createHash } from 'node:crypto'
import { Readable } from 'node:stream'
import type { Context } from '../platform/context.ts'
import { assertOutside, rows, run } from '../platform/db.ts'
import type { ByteRange } from '../platform/store.ts'
import { uuidv7 } from '../platform/uuid.ts'
import { StoredFile } from './models/stored-file.ts'

type Needs = Pick<Context, 'db' | 'store' | 'now'>

/** A file that is in the store, and that nothing names yet. */
export interface Written {
  id: string
  workspaceId: string
  sha256: Buffer
  bytes: number
}

const keyOf = (file: { id: string; workspaceId: string }) => `${file.workspaceId}/${file.id}`

/** Streams bytes into the store. What the stream throws is thrown. */
export async function writeFile(
  ctx: Needs,
  workspaceId: string,
  body: AsyncIterable<Uint8Array>,
): Promise<Written> {
  assertOutside('the object store')
  const file = { id: uuidv7(), workspaceId }
  await ctx.db.tx({ workspace: workspaceId }, () =>
    StoredFile.create({ ...file, touchedAt: ctx.now() }),
  )
  const hash = createHash('sha256')
  let bytes = 0
  await ctx.store.put(
    keyOf(file),
    (async function* () {
      for await (const piece of body) {
        hash.update(piece)
        bytes += piece.length
        yield piece
      }
    })(),
  )
  return { ...file, sha256: hash.digest(), bytes }
}

/** Keeps a file in the current unit of work and returns its id: that of an earlier one where the workspace has the same bytes already. */
export async function keepFile({ id, workspaceId, sha256 }: Written, now: Date): Promise<string> {
  // Two that keep the same bytes at once do so one after the other.
  await rows('select pg_advisory_xact_lock(hashtextextended($1, 0))', [
    `${workspaceId} ${sha256.toString('hex')}`,
  ])
  const same = { workspaceId, sha256, state: 'kept' as const }
  const touched = { touchedAt: now }
  const [, earlier] = await StoredFile.update(touched, { where: same, returning: true })
  if (earlier[0]) return earlier[0].id
  await StoredFile.update({ ...touched, sha256, state: 'kept' }, { where: { id } })
  return id
}

/** A file's bytes or a part of them, in the order in which they are asked for; throws `NoFile` when the store does not have it. */
export async function openFile(
  ctx: Pick<Context, 'store'>,
  file: { id: string; workspaceId: string },
  range?: ByteRange,
): Promise<Readable> {
  assertOutside('the object store')
  if (range && range.to <= range.from) return Readable.from([])
  const stream = await ctx.store.open(keyOf(file), range)
  if (!stream) throw new NoFile(`the store has no file ${file.id}`)
  return stream
}

export class NoFile extends Error {}

/** The same bytes; the stream fails at its end when they are not those that were written. */
export async function* verified(
  stream: AsyncIterable<Uint8Array>,
  sha256: Buffer,
): AsyncGenerator<Uint8Array> {
  const hash = createHash('sha256')
  for await (const piece of stream) {
    hash.update(piece)
    yield piece
  }
  if (!hash.digest().equals(sha256))
    throw new Error('a file of the store is not what was written to it')
}

const keptMs = 60 * 60_000
const writingMs = 24 * 60 * 60_000

/** Removes files that nothing names: an hour after the last keeping, a day after a writing that nobody kept. Returns how many. */
export async function sweepFiles(ctx: Needs): Promise<number> {
  const ago = (ms: number) => new Date(ctx.now().getTime() - ms)
  await ctx.db.tx({ role: 'jobs' }, () =>
    run(
      `update files f set state = 'leaving' where state <> 'leaving' and touched_at < case state when 'kept' then $1::timestamptz else $2::timestamptz end
         and not exists (select 1 from assets a where a.file_id = f.id) and not exists (select 1 from variants v where v.file_id = f.id)`,
      [ago(keptMs), ago(writingMs)],
    ),
  )
  const leaving = await ctx.db.tx({ role: 'jobs' }, () =>
    rows<{ id: string; workspaceId: string }>(
      `select id, workspace_id as "workspaceId" from files where state = 'leaving' limit 500`,
    ),
  )
  for (const file of leaving) {
    await ctx.store.remove(keyOf(file))
    await ctx.db.tx({ role: 'jobs' }, () => run('delete from files where id = $1', [file.id]))
  }
  return leaving.length
}
