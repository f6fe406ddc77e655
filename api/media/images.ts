/** Image files for members: the address that an Asset carries. Who may list images may see them. */
import type { Express, Response } from 'express'
import { personOf } from '../../core/platform/actor.ts'
import type { Context } from '../../core/platform/context.ts'
import { imageFile, type ImageFile } from '../../core/page/public-posts.ts'
import { isUuid } from '../../core/platform/uuid.ts'
import { Problem } from '#contract/platform/problems.ts'
import { admit } from '../dispatch.ts'
import type { Actored } from '../mount.ts'

/** Goes behind the session: these files are for members and keys of the workspace. */
export function imageRoutes(ctx: Context, app: Express): void {
  app.get('/media/:workspaceId/:assetId', async (req, res, next) => {
    const { workspaceId, assetId } = req.params
    if (!isUuid(workspaceId) || !isUuid(assetId)) return next()
    const { actor } = req as unknown as Actored
    const headers = req.headers as Record<string, string | undefined>
    await admit(ctx, {
      name: 'listMedia',
      params: { workspaceId },
      query: {},
      body: undefined,
      headers,
      actor,
    })
    const person = personOf(actor)
    const scope = { workspace: workspaceId, ...(person ? { person } : {}) }
    const image = await ctx.db.tx(scope, () => imageFile(assetId))
    if (!image) throw new Problem('not_found', 'This image is gone.')
    sendImage(res, image, 'private, max-age=86400, immutable')
  })
}

/** The file itself; a browser that opens it by its own address may do nothing but show it. */
export function sendImage(res: Response, image: ImageFile, caching: string): void {
  res.setHeader('cache-control', caching)
  res.setHeader('content-security-policy', "default-src 'none'; sandbox")
  res.setHeader('cross-origin-resource-policy', 'same-origin')
  res.type(image.mime).send(image.data)
}
