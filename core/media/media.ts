/**
 * Images of a workspace. What arrives is decoded and written anew, so that position, camera, owner and anything hidden behind the pixels
 * stay with whoever took the picture.
 */
import type { Readable } from 'node:stream'
import { createHash } from 'node:crypto'
import sharp, { type Sharp } from 'sharp'
import type { z } from 'zod'
import type { Asset as AssetShape } from '#contract/media/media.ts'
import { Problem } from '#contract/platform/problems.ts'
import { assertOutside, run } from '../platform/db.ts'
import { listeners } from '../platform/registry.ts'
import { AssetData } from './models/asset-data.ts'
import { Asset } from './models/asset.ts'

const bytesMax = 20_000_000
const pixelsMax = 40_000_000

/** Told by their first bytes alone: the name and the declared kind are the sender's word. */
const kinds = [
  { mime: 'image/jpeg', starts: (b: Buffer) => b.subarray(0, 3).toString('hex') === 'ffd8ff' },
  { mime: 'image/png', starts: (b: Buffer) => b.subarray(1, 4).toString('latin1') === 'PNG' },
  { mime: 'image/gif', starts: (b: Buffer) => b.subarray(0, 4).toString('latin1') === 'GIF8' },
  {
    mime: 'image/webp',
    starts: (b: Buffer) =>
      b.subarray(0, 4).toString('latin1') === 'RIFF' &&
      b.subarray(8, 12).toString('latin1') === 'WEBP',
  },
] as const
type Mime = (typeof kinds)[number]['mime']

/** An image as we keep it. */
export interface Picture {
  data: Buffer
  mime: string
  width: number
  height: number
}

/** Reads an upload to its end; throws `too_large` as soon as it is. */
export async function readUpload(stream: Readable): Promise<Buffer> {
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of stream as AsyncIterable<Buffer>) {
    size += chunk.length
    if (size > bytesMax) throw new Problem('too_large', 'An image may have 20 MB at most.')
    chunks.push(chunk)
  }
  return Buffer.concat(chunks)
}

/** Decodes an image, turns it upright and writes it anew without metadata. Throws `unsupported_media` or `too_large`. */
export async function cleanImage(bytes: Buffer): Promise<Picture> {
  assertOutside('the image decoder')
  const mime = kinds.find((k) => k.starts(bytes))?.mime
  if (!mime)
    throw new Problem('unsupported_media', 'PostAura takes JPEG, PNG, WebP and GIF images.')
  return oneAtATime(async () => {
    try {
      const image = open(bytes, mime)
      const { data, info } = await encoders[mime](image).toBuffer({ resolveWithObject: true })
      return { data, mime, width: info.width, height: info.pageHeight ?? info.height }
    } catch (cause) {
      if (/pixel limit/.test(String(cause)))
        throw new Problem(
          'too_large',
          'An image may have 40 megapixels at most, all frames together.',
        )
      throw new Problem('unsupported_media', 'This image is damaged and cannot be read.', { cause })
    }
  })
}

/** The first frame, small, for somebody to look at; null: it cannot be opened. */
export async function thumbnail(bytes: Uint8Array, side: number): Promise<Buffer | null> {
  assertOutside('the image decoder')
  const buffer = Buffer.from(bytes)
  if (!kinds.some((k) => k.starts(buffer))) return null
  return oneAtATime(() =>
    sharp(buffer, { limitInputPixels: pixelsMax, failOn: 'error' })
      .autoOrient()
      .resize({ width: side, height: side, fit: 'inside', withoutEnlargement: true })
      .webp({ quality: 75 })
      .toBuffer()
      .catch(() => null),
  )
}

/** All frames of a moving image; orientation applies to still ones. */
function open(bytes: Buffer, mime: Mime): Sharp {
  const animated = mime === 'image/gif' || mime === 'image/webp'
  const image = sharp(bytes, { animated, limitInputPixels: pixelsMax, failOn: 'error' })
  return animated ? image : image.autoOrient()
}

const encoders: Record<Mime, (image: Sharp) => Sharp> = {
  'image/jpeg': (image) => image.jpeg({ quality: 90 }),
  'image/png': (image) => image.png(),
  'image/webp': (image) => image.webp({ quality: 90 }),
  'image/gif': (image) => image.gif(),
}

let last: Promise<unknown> = Promise.resolve()
/** A picture of 40 megapixels takes 160 MB while it is open, so a process opens one after the other. */
function oneAtATime<T>(work: () => Promise<T>): Promise<T> {
  const mine = last.then(work, work)
  last = mine.catch(() => undefined)
  return mine
}

interface NewAsset {
  workspaceId: string
  name: string
  alt: string
  createdBy: string | null
}

/** Stores a picture in the current unit of work. */
export async function storePicture(picture: Picture, asset: NewAsset): Promise<Asset> {
  const { data, ...facts } = picture
  const sha256 = createHash('sha256').update(data).digest()
  const row = await Asset.create({ ...asset, ...facts, bytes: data.length, sha256 })
  await AssetData.create({ assetId: row.id, workspaceId: asset.workspaceId, data })
  return row
}

/** Where members and keys of the workspace get the file. */
export const assetPath = (asset: { id: string; workspaceId: string }): string =>
  `/media/${asset.workspaceId}/${asset.id}`

export function assetOut(asset: Asset): z.input<typeof AssetShape> {
  const { id, mime, bytes, width, height, alt, name, createdAt } = asset
  return {
    id,
    mime,
    bytes,
    width,
    height,
    alt,
    name,
    url: assetPath(asset),
    createdAt: createdAt.toISOString(),
  }
}

/** What shows an image: `decided` where people have said yes to it or the public sees it, `used` where only work in progress does. */
export type AssetUse = 'decided' | 'used' | null

/** Who shows an image, asked in the current unit of work; filled in `core/open.ts`. */
export const assetUses = listeners<(assetId: string) => Promise<AssetUse>>()

/** Whether an approved post or the public page shows an image. Its description goes out with it, as it then is. */
export async function isDecidedOn(assetId: string): Promise<boolean> {
  return (await assetUses.call(assetId)).includes('decided')
}

/** Deletes an image unless something shows it. Returns false when it is in use. */
export async function deleteAsset(assetId: string): Promise<boolean> {
  if ((await assetUses.call(assetId)).some(Boolean)) return false
  await run('delete from assets where id = $1', [assetId])
  return true
}

/** SQL that is true where a column of JSON names the asset of the first parameter. `$$` is a dollar sign that is no parameter of ours. */
export const namesAsset = (column: string): string =>
  `jsonb_path_exists(${column}, '$.**.assetIds[*] ? (@ == $$id)', jsonb_build_object('id', $1::text))`
