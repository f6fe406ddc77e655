/** Image files for members: the address that an Asset carries. Who may list images may see them. */
import { pipeline } from 'node:stream/promises'
import type { Express, Request, Response } from 'express'
import type { Context } from '../../core/platform/context.ts'
import type { ByteRange } from '../../core/platform/store.ts'
import { NoFile, openFile } from '../../core/media/files.ts'
import { imageFile, type ImageFile } from '../../core/media/variants.ts'
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
    const caller = await admit(ctx, {
      name: 'listMedia',
      params: { workspaceId },
      query: {},
      body: undefined,
      headers,
      actor,
    })
    const image = await caller.work(() => imageFile(assetId))
    if (!image) throw gone()
    await sendImage(ctx, req, res, image, 'private, max-age=86400, immutable')
  })
}

const gone = () => new Problem('not_found', 'This image is gone.')

/** The file itself, or the part of it that is asked for; a browser that opens it by its own address may do nothing but show it. */
export async function sendImage(
  ctx: Pick<Context, 'store'>,
  req: Request,
  res: Response,
  image: ImageFile,
  caching: string,
): Promise<void> {
  res.setHeader('cache-control', caching)
  res.setHeader('content-security-policy', "default-src 'none'; sandbox")
  res.setHeader('cross-origin-resource-policy', 'same-origin')
  res.setHeader('accept-ranges', 'bytes')
  const tag = `"${image.id}"`
  res.setHeader('etag', tag)
  res.type(image.mime)
  if (req.fresh) return void res.status(304).end()
  const range = rangeOf(req, image.bytes, tag)
  if (range === 'none') {
    res.removeHeader('content-type')
    return void res.status(416).setHeader('content-range', `bytes */${image.bytes}`).end()
  }
  const { from, to } = range ?? { from: 0, to: image.bytes }
  if (range) res.status(206).setHeader('content-range', `bytes ${from}-${to - 1}/${image.bytes}`)
  res.setHeader('content-length', to - from)
  if (req.method === 'HEAD') return void res.end()
  const stream = await openFile(ctx, image, range).catch((error: unknown) => {
    throw error instanceof NoFile ? gone() : error
  })
  // Whoever leaves in the middle has left; nobody is to be told.
  await pipeline(stream, res).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'ERR_STREAM_PREMATURE_CLOSE') throw error
  })
}

/** What Range asks for: undefined is the whole, which is also the answer to what we do not read (several ranges, other units). */
function rangeOf(req: Request, size: number, tag: string): ByteRange | undefined | 'none' {
  const holds = req.headers['if-range']
  if (holds !== undefined && holds !== tag) return undefined
  const ranges = req.range(size)
  if (ranges === -1) return 'none'
  if (!ranges || ranges === -2 || ranges.type !== 'bytes' || ranges.length !== 1) return undefined
  return { from: ranges[0]!.start, to: ranges[0]!.end + 1 }
}
