/** Routes of the workspaces' public pages. Nothing is served of a page that is off, and nothing here sets or reads a cookie. */
import type { Express, Request, Response } from 'express'
import type { Context } from '../../core/platform/context.ts'
import { pageUrl } from '../../core/page/pages.ts'
import {
  openPage,
  publicImage,
  publicPost,
  publicPosts,
  type PublicPageView,
} from '../../core/page/public-posts.ts'
import { isUuid } from '../../core/platform/uuid.ts'
import { sendImage } from '../media/images.ts'
import { atomFeed, jsonFeed } from './feeds.ts'
import { listPage, missingPage, postPage } from './html.ts'
import { stylePath, styleSheet } from './style.ts'

const perPage = 20
const perFeed = 50
const policy =
  "default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"

type Answer = (page: PublicPageView, req: Request, res: Response) => Promise<unknown>

export function publicPageRoutes(ctx: Context, app: Express): void {
  const siteOf = (page: PublicPageView) => ({
    url: pageUrl(ctx.config, page.slug),
    style: stylePath,
  })
  const on = (path: string, answer: Answer) =>
    app.get(path, async (req, res) => {
      res.setHeader('content-security-policy', policy)
      const slug = String(req.params.slug)
      const page = await openPage(ctx, slug)
      if (!page) return missing(res)
      res.setHeader('cache-control', 'public, max-age=60')
      if (page.slug !== slug) return res.redirect(301, movedTo(page, req))
      await answer(page, req, res)
    })

  app.get(stylePath, (_req, res) => {
    res.setHeader('cache-control', 'public, max-age=31536000, immutable')
    res.type('css').send(styleSheet)
  })
  on('/p/:slug', async (page, req, res) => {
    const before = typeof req.query.before === 'string' ? req.query.before : undefined
    const found = await publicPosts(ctx, page.workspaceId, { limit: perPage + 1, before })
    const posts = found.slice(0, perPage)
    const older = found.length > perPage ? posts.at(-1)!.slug : null
    const view = { posts, older, first: before === undefined }
    res.type('html').send(listPage(page, siteOf(page), view))
  })
  on('/p/:slug/atom.xml', async (page, _req, res) => {
    const posts = await publicPosts(ctx, page.workspaceId, { limit: perFeed })
    res.type('application/atom+xml').send(atomFeed(page, siteOf(page).url, posts))
  })
  on('/p/:slug/feed.json', async (page, _req, res) => {
    const posts = await publicPosts(ctx, page.workspaceId, { limit: perFeed })
    const feed = JSON.stringify(jsonFeed(page, siteOf(page).url, posts))
    res.type('application/feed+json').send(feed)
  })
  on('/p/:slug/media/:assetId', async (page, req, res) => {
    const assetId = String(req.params.assetId)
    const image = isUuid(assetId) ? await publicImage(ctx, page.workspaceId, assetId) : null
    if (!image) return missing(res)
    await sendImage(ctx, req, res, image, 'public, max-age=3600')
  })
  on('/p/:slug/:postSlug', async (page, req, res) => {
    const post = await publicPost(ctx, page.workspaceId, String(req.params.postSlug))
    if (!post) return missing(res)
    res.type('html').send(postPage(page, siteOf(page), post))
  })
  app.get('/p', (_req, res) => missing(res))
}

/** The same place under the page's present address: links and subscriptions of before lead on. */
const movedTo = (page: PublicPageView, { originalUrl }: Request): string =>
  originalUrl.replace(/^\/p\/[^/?]+/, `/p/${page.slug}`)

function missing(res: Response): void {
  res.setHeader('cache-control', 'no-store')
  res.setHeader('content-security-policy', policy)
  res.status(404).type('html').send(missingPage(stylePath))
}
