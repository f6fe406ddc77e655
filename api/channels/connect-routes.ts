/** What networks read about us at our own address, and where people come back to on one's own machine. */
import type { Express } from 'express'
import { redirectUri } from '../../core/channels/connecting.ts'
import type { Context } from '../../core/platform/context.ts'

export function connectRoutes(ctx: Context, app: Express): void {
  const { publicUrl } = ctx.config
  const site = new URL(publicUrl)
  const networks = Object.values(ctx.networks)
  if (site.protocol === 'https:')
    for (const { path, body } of networks.flatMap(({ documents = [] }) => documents))
      app.get(path, (_req, res) => {
        res.setHeader('cache-control', 'public, max-age=600')
        res.json(body(publicUrl, redirectUri(ctx)))
      })
  // Some send people back to 127.0.0.1 only, but their session is at localhost: nothing happens here but going there.
  const loopback = networks.some(({ manifest }) => manifest.redirect === 'loopback')
  if (loopback && site.hostname === 'localhost')
    app.get('/channels/callback', (req, res, next) => {
      if (req.hostname !== '127.0.0.1') return next()
      res.setHeader('referrer-policy', 'no-referrer')
      res.redirect(302, `${redirectUri(ctx)}${new URL(req.originalUrl, publicUrl).search}`)
    })
}
