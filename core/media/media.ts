/**
 * Images of a workspace. What arrives is decoded and written anew, so that position, camera, owner and anything hidden behind the pixels
 * stay with whoever took the picture.
 */
import type { z } from 'zod'
import type { Asset as AssetShape } from '#contract/media/media.ts'
import { Problem } from '#contract/platform/problems.ts'
import type { Context } from '../platform/context.ts'
import { run } from '../platform/db.ts'
import { listeners } from '../platform/registry.ts'
import { keepFile } from './files.ts'
import { writeImage, type Picture } from './images.ts'
import { Asset } from './models/asset.ts'

const bytesMax = 20_000_000

/** A stream that throws `too_large` as soon as it is. */
export async function* withinBounds(
  stream: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
): AsyncGenerator<Uint8Array> {
  let size = 0
  for await (const piece of stream) {
    size += piece.length
    if (size > bytesMax) throw new Problem('too_large', 'An image may have 20 MB at most.')
    yield piece
  }
}

/** Decodes an image, turns it upright and writes it anew without metadata. Throws `unsupported_media`, `too_large` or `too_many`. */
export async function cleanImage(
  ctx: Pick<Context, 'config' | 'db' | 'store' | 'now'>,
  workspaceId: string,
  source: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
): Promise<Picture> {
  return writeImage(ctx, workspaceId, withinBounds(source), { kind: 'clean' })
}

interface NewAsset {
  workspaceId: string
  name: string
  alt: string
  createdBy: string | null
}

/** Makes an image of the workspace out of a picture, in the current unit of work. */
export async function storePicture(
  ctx: Pick<Context, 'now'>,
  { file, ...facts }: Picture,
  asset: NewAsset,
): Promise<Asset> {
  const fileId = await keepFile(file, ctx.now())
  return Asset.create({ ...asset, ...facts, bytes: file.bytes, fileId })
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
