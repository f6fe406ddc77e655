/** Files of an image: itself, and variants that are encoded anew for one use, made when first asked for and kept as long as the image. */
import type { Context } from '../platform/context.ts'
import { keepFile, openFile } from './files.ts'
import type { ImageTask } from './image-task.ts'
import { writeImage } from './images.ts'
import { Asset } from './models/asset.ts'
import { Variant } from './models/variant.ts'

/** A file of an image, as it is sent. */
export interface ImageFile {
  id: string
  workspaceId: string
  mime: string
  bytes: number
}

/** An image of the workspace in scope. In a unit of work. */
export async function imageFile(assetId: string): Promise<ImageFile | null> {
  const asset = await Asset.findByPk(assetId)
  return asset && fileOf(asset)
}

const fileOf = ({ fileId, workspaceId, mime, bytes }: Asset | Variant): ImageFile => ({
  id: fileId,
  workspaceId,
  mime,
  bytes,
})

/** The variant of this name, made by `task` where there is none yet. Throws what image work throws, and `NoFile`. */
export async function variantOf(
  ctx: Pick<Context, 'config' | 'db' | 'store' | 'now'>,
  { id: assetId, workspaceId, fileId }: Pick<Asset, 'id' | 'workspaceId' | 'fileId'>,
  name: string,
  task: ImageTask,
): Promise<Variant> {
  const work = <T>(fn: () => Promise<T>) => ctx.db.tx({ workspace: workspaceId }, fn)
  const find = () => Variant.findOne({ where: { assetId, name } })
  const there = await work(find)
  if (there) return there
  const source = await openFile(ctx, { id: fileId, workspaceId })
  const { file, ...facts } = await writeImage(ctx, workspaceId, source, task)
  return work(async () => {
    const kept = { fileId: await keepFile(file, ctx.now()), bytes: file.bytes }
    // Two may have made it at once; the first stays.
    await Variant.bulkCreate([{ assetId, name, workspaceId, ...facts, ...kept }], {
      ignoreDuplicates: true,
    })
    return (await find())!
  })
}
