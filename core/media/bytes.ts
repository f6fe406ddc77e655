/** The bytes of an image as a network takes them: as they are where they fit, else a variant, encoded anew and kept. */
import { Readable } from 'node:stream'
import { Problem } from '#contract/platform/problems.ts'
import { because } from '#contract/posts/refusals.ts'
import { imageGone } from '../../networks/files.ts'
import { NetworkError, type MediaFile, type MediaLimit } from '../../networks/network.ts'
import type { Context } from '../platform/context.ts'
import { NoFile, openFile, verified } from './files.ts'
import { Asset } from './models/asset.ts'
import { StoredFile } from './models/stored-file.ts'
import { variantOf } from './variants.ts'

interface Place {
  workspaceId: string
  assetId: string
}
type Needs = Pick<Context, 'config' | 'db' | 'store' | 'now'>

/** A file of the workspace within a network's limits. Throws NetworkError (`media_refused`) when that cannot be done. */
export async function fileWithin(
  ctx: Needs,
  { workspaceId, assetId }: Place,
  limit: MediaLimit,
): Promise<MediaFile> {
  const work = <T>(fn: () => Promise<T>) => ctx.db.tx({ workspace: workspaceId }, fn)
  const asset = await work(() => Asset.findByPk(assetId))
  if (!asset) throw imageGone()
  const fits = asset.bytes <= limit.bytesMax && limit.mimes.includes(asset.mime)
  const shown = fits ? asset : await fitted(ctx, asset, limit)
  const file = await work(() => StoredFile.findByPk(shown.fileId))
  if (!file?.sha256) throw imageGone()
  const { mime, bytes, width, height } = shown
  const { id, sha256 } = file
  return {
    mime,
    bytes,
    width,
    height,
    open: (range) => webStream(pieces(ctx, { id, workspaceId }, sha256, range)),
  }
}

async function fitted(ctx: Needs, asset: Asset, limit: MediaLimit) {
  const name = `fit ${limit.bytesMax} ${[...limit.mimes].sort().join(' ')}`
  try {
    return await variantOf(ctx, asset, name, { kind: 'fit', limit })
  } catch (error) {
    if (error instanceof NoFile) throw imageGone()
    // Only whoever may send it smaller can help; a crowd before the decoder passes.
    if (!(error instanceof Problem) || error.kind === 'too_many') throw error
    throw new NetworkError('no', 'media_refused', because('image_never_small'), { cause: error })
  }
}

/** Read whole, it is held to be what was written. */
async function* pieces(
  ctx: Needs,
  file: { id: string; workspaceId: string },
  sha256: Buffer,
  range?: { from: number; to: number },
): AsyncGenerator<Uint8Array> {
  const stream: AsyncIterable<Uint8Array> = await openFile(ctx, file, range)
  yield* range ? stream : verified(stream, sha256)
}

const webStream = (source: AsyncIterable<Uint8Array>) =>
  Readable.toWeb(Readable.from(source, { objectMode: false })) as unknown as ReturnType<
    MediaFile['open']
  >
