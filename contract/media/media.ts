/** Images with their descriptions. */
import { z } from 'zod'
import { Id, Instant, PageQuery, WorkspaceParams, list, page } from '../platform/common.ts'
import { describe } from '../platform/endpoint.ts'
import { mediaRoutes } from './routes.ts'

export const Asset = z
  .object({
    id: Id,
    mime: z.string(),
    bytes: z.number().int(),
    width: z.number().int(),
    height: z.number().int(),
    alt: z.string(),
    name: z.string(),
    url: z.string(),
    createdAt: Instant,
  })
  .meta({ id: 'Asset' })
export type Asset = z.infer<typeof Asset>
const params = WorkspaceParams.extend({ assetId: Id })

export const media = describe(mediaRoutes, {
  uploadMedia: {
    tag: 'Media',
    summary: 'Upload an image as the raw body; location and camera data are removed',
    params: WorkspaceParams,
    query: z.object({
      name: z.string().max(200).default('image'),
      alt: z.string().max(2000).default(''),
    }),
    response: Asset,
    status: 201,
    raw: 'upload',
    tx: 'own',
    problems: ['too_large', 'unsupported_media'],
    creates: [mediaRoutes.deleteMedia.path, 'id'],
  },
  listMedia: {
    tag: 'Media',
    summary: 'List images, newest first; or just those named',
    params: WorkspaceParams,
    query: PageQuery.extend({ ids: list(Id).optional() }),
    response: page(Asset),
  },
  updateMedia: {
    tag: 'Media',
    summary: 'Change the description',
    params,
    body: z.object({ alt: z.string().max(2000) }),
    response: Asset,
  },
  deleteMedia: {
    tag: 'Media',
    summary: 'Delete an image that no post uses',
    params,
    status: 204,
    problems: ['conflict'],
  },
})
