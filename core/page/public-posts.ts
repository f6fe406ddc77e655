/** What the public may see of a workspace: its page while it is switched on, and the posts whose instant has come. */
import { Op } from 'sequelize'
import type { Context } from '../platform/context.ts'
import { rows } from '../platform/db.ts'
import { Asset } from '../media/models/asset.ts'
import { PagePost } from './models/page-post.ts'
import { namesAsset, type AssetUse } from '../media/media.ts'
import { imageFile, type ImageFile } from '../media/variants.ts'
import { Workspace } from '../workspaces/models/workspace.ts'

type Needs = Pick<Context, 'db' | 'now'>

export interface PublicImage {
  id: string
  alt: string
  width: number
  height: number
  mime: string
  bytes: number
}
export interface PublicPost {
  id: string
  slug: string
  language: string
  publishedAt: Date
  segments: { text: string; images: PublicImage[] }[]
}
export interface PublicPageView {
  workspaceId: string
  slug: string
  title: string
  about: string
  imprint: string
  language: string
  timeZone: string
  updatedAt: Date
}

/** The page at an address that it has or had, or null: there is none, or it is off. Its `slug` is the address that it has. */
export async function openPage(ctx: Needs, slug: string): Promise<PublicPageView | null> {
  const [found] = await ctx.db.tx({}, () =>
    rows<{ id: string | null }>('select page_by_slug($1) as id', [slug]),
  )
  if (!found?.id) return null
  const workspaceId = found.id
  const workspace = await ctx.db.tx({ workspace: workspaceId }, () =>
    Workspace.findByPk(workspaceId),
  )
  if (!workspace?.pageOn) return null
  const { name, pageTitle, pageAbout, pageImprint, language, timeZone, updatedAt } = workspace
  const texts = { title: pageTitle || name, about: pageAbout, imprint: pageImprint }
  return { workspaceId, slug: workspace.pageSlug, ...texts, language, timeZone, updatedAt }
}

/** Newest posts first, `limit` at most; `before` is the slug of the post after which the list goes on. */
export async function publicPosts(
  ctx: Needs,
  workspaceId: string,
  { limit, before }: { limit: number; before?: string | undefined },
): Promise<PublicPost[]> {
  return ctx.db.tx({ workspace: workspaceId }, async () => {
    const found = await rows<{ delivery_id: string }>(
      `select delivery_id from page_posts where workspace_id = $1 and published_at <= $4 and ($2::text is null or (published_at, delivery_id) <
         (select published_at, delivery_id from page_posts where workspace_id = $1 and slug = $2))
       order by published_at desc, delivery_id desc limit $3`,
      [workspaceId, before ?? null, limit, ctx.now()],
    )
    const posts = await PagePost.findAll({
      where: { deliveryId: found.map((row) => row.delivery_id) },
      order: [
        ['publishedAt', 'DESC'],
        ['deliveryId', 'DESC'],
      ],
    })
    return withImages(posts)
  })
}

export async function publicPost(
  ctx: Needs,
  workspaceId: string,
  slug: string,
): Promise<PublicPost | null> {
  return ctx.db.tx({ workspace: workspaceId }, async () => {
    const publishedAt = { [Op.lte]: ctx.now() }
    const post = await PagePost.findOne({ where: { workspaceId, slug, publishedAt } })
    return post && (await withImages([post]))[0]!
  })
}

async function withImages(posts: PagePost[]): Promise<PublicPost[]> {
  const ids = posts.flatMap((post) => post.segments.flatMap((segment) => segment.assetIds))
  const assets = ids.length ? await Asset.findAll({ where: { id: ids } }) : []
  const byId = new Map(assets.map((asset) => [asset.id, imageOf(asset)]))
  return posts.map(({ deliveryId, slug, language, publishedAt, segments }) => ({
    id: deliveryId,
    slug,
    language,
    publishedAt,
    segments: segments.map(({ text, assetIds }) => ({
      text,
      images: assetIds.map((id) => byId.get(id)).filter((image) => image !== undefined),
    })),
  }))
}

const imageOf = ({ id, alt, width, height, mime, bytes }: Asset): PublicImage => ({
  id,
  alt,
  width,
  height,
  mime,
  bytes,
})

/** An image of a published post; null for every other image of the workspace. */
export async function publicImage(
  ctx: Needs,
  workspaceId: string,
  assetId: string,
): Promise<ImageFile | null> {
  return ctx.db.tx({ workspace: workspaceId }, async () => {
    const [shown] = await rows(
      `select 1 from page_posts where workspace_id = $1 and published_at <= $3
         and jsonb_path_exists(segments, '$[*].assetIds[*] ? (@ == $$id)', jsonb_build_object('id', $2::text)) limit 1`,
      [workspaceId, assetId, ctx.now()],
    )
    return shown ? imageFile(assetId) : null
  })
}

/** Whether the page shows an image, to the public or soon. In a unit of work. */
export async function usePageMakes(assetId: string): Promise<AssetUse> {
  const shown = await rows(`select 1 from page_posts where ${namesAsset('segments')} limit 1`, [
    assetId,
  ])
  return shown.length > 0 ? 'decided' : null
}
