/** The bytes of an image as a network takes them: as they are where they fit, else encoded anew, smaller step by step. */
import sharp from 'sharp'
import { NetworkError, type LoadedMedia } from '../../networks/network.ts'
import type { Context } from '../platform/context.ts'
import { assertOutside } from '../platform/db.ts'
import { AssetData } from './models/asset-data.ts'
import { Asset } from './models/asset.ts'

export interface MediaLimit {
  bytesMax: number
  mimes: string[]
}

/** Quality and longest side of each further try. */
const steps = [
  { quality: 88, side: 4096 },
  { quality: 82, side: 2560 },
  { quality: 76, side: 2048 },
  { quality: 70, side: 1600 },
  { quality: 60, side: 1200 },
  { quality: 50, side: 800 },
]

/** Loads an image of the workspace within a network's limits. Throws NetworkError (`media_refused`) when that cannot be done. */
export async function loadMedia(
  ctx: Pick<Context, 'db'>,
  workspaceId: string,
  assetId: string,
  limit: MediaLimit,
): Promise<LoadedMedia> {
  const found = await ctx.db.tx({ workspace: workspaceId }, async () => {
    const asset = await Asset.findByPk(assetId)
    const data = await AssetData.findByPk(assetId)
    return asset && data ? { asset, bytes: data.data } : null
  })
  if (!found)
    throw new NetworkError('no', 'media_refused', 'An image of this post is gone. Add it again.')
  const { mime, width, height } = found.asset
  if (found.bytes.length <= limit.bytesMax && limit.mimes.includes(mime))
    return { bytes: found.bytes, mime, width, height }
  return fit(found.bytes, limit)
}

/** Encodes an image until it fits. Keeps transparency where the network takes a format that has it. */
export async function fit(bytes: Uint8Array, limit: MediaLimit): Promise<LoadedMedia> {
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
      return { bytes: data, mime: `image/${format}`, width: info.width, height: info.height }
  }
  throw new NetworkError(
    'no',
    'media_refused',
    'An image could not be made small enough for this network. Use a smaller one.',
  )
}

function formatFor(mimes: string[], alpha: boolean | undefined): 'jpeg' | 'png' | 'webp' {
  if (alpha && mimes.includes('image/webp')) return 'webp'
  if (alpha && mimes.includes('image/png') && !mimes.includes('image/jpeg')) return 'png'
  return mimes.includes('image/jpeg') ? 'jpeg' : mimes.includes('image/webp') ? 'webp' : 'png'
}
