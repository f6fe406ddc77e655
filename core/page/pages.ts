/** The workspace's own public page: where its posts stand, and the port to them. */
import type { Config } from '../platform/config.ts'
import type { Context } from '../platform/context.ts'
import { rows } from '../platform/db.ts'
import { PagePost } from './models/page-post.ts'
import { Workspace } from '../workspaces/models/workspace.ts'

export const pageUrl = (config: Config, pageSlug: string): string =>
  `${config.publicUrl}/p/${pageSlug}`
export const pagePostUrl = (config: Config, pageSlug: string, slug: string): string =>
  `${pageUrl(config, pageSlug)}/${slug}`

/** A readable, unique end of an address: the first words, then the delivery's own id. */
export function slugOf(text: string, deliveryId: string): string {
  const words = text
    .normalize('NFKD')
    .replace(/https?:\/\/\S+/g, ' ')
    .replace(/[\u0300-\u036f]/g, '')
    .replace(/ß/g, 'ss')
    .toLowerCase()
    .split(/[^a-z0-9]+/)
    .filter(Boolean)
  const head = words.slice(0, 8).join('-').slice(0, 60).replace(/-$/, '')
  const tail = deliveryId.replace(/-/g, '').slice(-12)
  return head ? `${head}-${tail}` : tail
}

/** One round trip; no row when the delivery stood there before. */
const putQuery = `
  with put as (
    insert into page_posts (delivery_id, workspace_id, slug, segments, language, published_at) values ($1, $2, $3, $4, $5, $6)
    on conflict do nothing returning slug, workspace_id)
  select put.slug, w.page_slug from put left join workspaces w on w.id = put.workspace_id`

interface PageText {
  segments: { text: string; assetIds: string[] }[]
  language: string
}

/** The port `pages`. Each call is a short unit of work of its own: the page behaves like any other server that commits and answers. */
export function createPages(ctx: Pick<Context, 'db' | 'config' | 'now'>, workspaceId: string) {
  const scope = { workspace: workspaceId }
  const published = async (slug: string) => {
    const workspace = await Workspace.findByPk(workspaceId, { attributes: ['pageSlug'] })
    return { id: slug, url: pagePostUrl(ctx.config, workspace?.pageSlug ?? '', slug) }
  }
  return {
    /** Hidden until `showAt`; the same delivery twice is one post. */
    put: (deliveryId: string, { segments, language }: PageText, showAt?: Date) =>
      ctx.db.tx(scope, async () => {
        const slug = slugOf(segments[0]?.text ?? '', deliveryId)
        const now = ctx.now()
        const publishedAt = showAt && showAt > now ? showAt : now
        const row = [deliveryId, workspaceId, slug, JSON.stringify(segments), language, publishedAt]
        const [put] = await rows<{ slug: string; page_slug: string | null }>(putQuery, row)
        if (put)
          return { id: put.slug, url: pagePostUrl(ctx.config, put.page_slug ?? '', put.slug) }
        const there = await PagePost.findByPk(deliveryId, { attributes: ['slug'] })
        return published(there!.slug)
      }),
    find: (deliveryId: string) =>
      ctx.db.tx(scope, async () => {
        const there = await PagePost.findByPk(deliveryId, { attributes: ['slug'] })
        return there && published(there.slug)
      }),
    remove: (deliveryId: string) =>
      ctx.db.tx(scope, async () => {
        await PagePost.destroy({ where: { deliveryId, workspaceId } })
      }),
  }
}
