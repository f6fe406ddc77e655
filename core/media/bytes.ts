/** The bytes of an image as a network takes them: as they are where they fit, else encoded anew, smaller step by step. */
import { because } from '#contract/posts/refusals.ts'
import sharp from 'sharp'
import { fileOf } from '../../networks/files.ts'
import { NetworkError, type MediaFile, type MediaLimit } from '../../networks/network.ts'
import type { Context } from '../platform/context.ts'
import { assertOutside, rows } from '../platform/db.ts'
import { Asset } from './models/asset.ts'

/** Quality and longest side of each further try. */
const steps = [
  { quality: 88, side: 4096 },
  { quality: 82, side: 2560 },
  { quality: 76, side: 2048 },
  { quality: 70, side: 1600 },
  { quality: 60, side: 1200 },
  { quality: 50, side: 800 },
]

interface Place {
  workspaceId: string
  assetId: string
}

/** A file of the workspace within a network's limits. Throws NetworkError (`media_refused`) when that cannot be done. */
export async function fileWithin(
  ctx: Pick<Context, 'db'>,
  place: Place,
  limit: MediaLimit,
): Promise<MediaFile> {
  const asset = await ctx.db.tx({ workspace: place.workspaceId }, () =>
    Asset.findByPk(place.assetId),
  )
  if (!asset) throw gone()
  const { mime, bytes, width, height } = asset
  const open: MediaFile['open'] = (range) => stored(ctx, place, range ?? { from: 0, to: bytes })
  if (bytes <= limit.bytesMax && limit.mimes.includes(mime))
    return { mime, bytes, width, height, open }
  return fit(await new Response(open()).bytes(), limit)
}

const gone = () => new NetworkError('no', 'media_refused', because('image_gone'))

const pieceBytes = 256 * 1024

/** Read piece by piece, each in a unit of work of its own. */
function stored(
  ctx: Pick<Context, 'db'>,
  { workspaceId, assetId }: Place,
  { from, to }: { from: number; to: number },
): ReturnType<MediaFile['open']> {
  let at = from
  const read = (length: number) =>
    rows<{ piece: Buffer<ArrayBuffer> }>(
      'select substring(data from $2 for $3) as piece from asset_data where asset_id = $1',
      [assetId, at + 1, length],
    )
  return new ReadableStream({
    async pull(controller) {
      if (at >= to) return controller.close()
      const length = Math.min(pieceBytes, to - at)
      const [found] = await ctx.db.tx({ workspace: workspaceId }, () => read(length))
      if (!found?.piece.length) throw gone()
      controller.enqueue(found.piece)
      at += found.piece.length
    },
  })
}

/** Encodes an image until it fits. Keeps transparency where the network takes a format that has it. */
export async function fit(bytes: Uint8Array, limit: MediaLimit): Promise<MediaFile> {
  assertOutside('the image encoder')
  const see = await sharp(bytes).metadata()
  const format = formatFor(limit.mimes, see.hasAlpha)
  for (const { quality, side } of steps) {
    const image = sharp(bytes)
      .rotate()
      .resize({ width: side, height: side, fit: 'inside', withoutEnlargement: true })
    const { data, info } = await (
      format === 'webp'
        ? image.webp({ quality })
        : format === 'png'
          ? image.png({ quality })
          : image.flatten({ background: '#ffffff' }).jpeg({ quality, mozjpeg: true })
    ).toBuffer({ resolveWithObject: true })
    if (data.length <= limit.bytesMax)
      return fileOf(new Uint8Array(data), {
        mime: `image/${format}`,
        width: info.width,
        height: info.height,
      })
  }
  throw new NetworkError('no', 'media_refused', because('image_never_small'))
}

function formatFor(mimes: string[], alpha: boolean | undefined): 'jpeg' | 'png' | 'webp' {
  if (alpha && mimes.includes('image/webp')) return 'webp'
  if (alpha && mimes.includes('image/png') && !mimes.includes('image/jpeg')) return 'png'
  return mimes.includes('image/jpeg') ? 'jpeg' : mimes.includes('image/webp') ? 'webp' : 'png'
}
