/** Images: taken in clean, described, listed, deleted when nothing shows them. */
import { Op } from 'sequelize'
import { Id } from '#contract/platform/common.ts'
import type { media } from '#contract/media/media.ts'
import { Problem } from '#contract/platform/problems.ts'
import { personOf } from '../../core/platform/actor.ts'
import {
  assetOut,
  cleanImage,
  deleteAsset,
  isDecidedOn,
  storePicture,
} from '../../core/media/media.ts'
import { Asset } from '../../core/media/models/asset.ts'
import { pageOf, readCursor } from '../cursor.ts'
import type { Handlers } from '../handler-types.ts'

export const mediaHandlers: Handlers<typeof media> = {
  async uploadMedia(ctx, { params, query, upload }, caller) {
    if (!upload) throw new Problem('malformed', 'Send the image as the body of the request.')
    const picture = await cleanImage(ctx, params.workspaceId, upload.stream)
    const createdBy = personOf(caller.actor) ?? null
    const asset = await caller.work(() =>
      storePicture(ctx, picture, { workspaceId: params.workspaceId, ...query, createdBy }),
    )
    return assetOut(asset)
  },

  async listMedia(_ctx, { params, query }) {
    const after = readCursor(query.cursor, Id)
    const found = await Asset.findAll({
      where: {
        workspaceId: params.workspaceId,
        [Op.and]: [
          ...(after ? [{ id: { [Op.lt]: after } }] : []),
          ...(query.ids ? [{ id: query.ids }] : []),
        ],
      },
      order: [['id', 'DESC']],
      limit: query.limit + 1,
    })
    return pageOf(found, query.limit, (asset) => asset.id, assetOut)
  },

  async updateMedia(_ctx, { params, body }, { can }) {
    const asset = await find(params)
    if (!can('post', 'schedule') && (await isDecidedOn(asset.id)))
      throw new Problem(
        'forbidden',
        'An approved or published post shows this image, and whoever may not schedule posts may not change what it says. Upload it again for another post.',
      )
    await asset.update({ alt: body.alt })
    return assetOut(asset)
  },

  async deleteMedia(_ctx, { params }) {
    await find(params)
    if (!(await deleteAsset(params.assetId)))
      throw new Problem('conflict', 'A post shows this image. Take it out of the post first.')
  },
}

async function find(params: { workspaceId: string; assetId: string }): Promise<Asset> {
  const asset = await Asset.findOne({
    where: { id: params.assetId, workspaceId: params.workspaceId },
  })
  if (!asset) throw new Problem('not_found', 'This image is gone.')
  return asset
}
