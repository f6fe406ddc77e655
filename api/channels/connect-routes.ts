/** Two addresses that networks know of us: who we are, and where people come back to on one's own machine. */
import type { Express } from 'express'
import { redirectUri } from '../../core/channels/connecting.ts'
import type { Context } from '../../core/platform/context.ts'
import { clientMetadata, clientMetadataPath } from '../../networks/bluesky/oauth-client.ts'

export function connectRoutes(ctx: Context, app: Express): void {
  const { publicUrl } = ctx.config
  const site = new URL(publicUrl)
  if (site.protocol === 'https:')
    app.get(clientMetadataPath, (_req, res) => {
      res.setHeader('cache-control', 'public, max-age=600')
      res.json(clientMetadata(publicUrl, redirectUri(ctx)))
    })
  // Bluesky sends people back to 127.0.0.1 only, but their session is at localhost: nothing happens here but going there.
  if (site.hostname === 'localhost')
    app.get('/channels/callback', (req, res, next) => {
      if (req.hostname !== '127.0.0.1') return next()
      res.setHeader('referrer-policy', 'no-referrer')
      res.redirect(302, `${redirectUri(ctx)}${new URL(req.originalUrl, publicUrl).search}`)
    })
}
