/** The Express application: what comes before what. SvelteKit's handler is last, because it never passes on. */
import { existsSync } from 'node:fs'
import express, { type Express, type RequestHandler } from 'express'
import { openApi } from './reference/openapi.ts'
import type { Context } from '../core/platform/context.ts'
import { uuidv7 } from '../core/platform/uuid.ts'
import { connectRoutes } from './channels/connect-routes.ts'
import type { HandlerMap } from './dispatch.ts'
import { handlers } from './handlers.ts'
import { apiPolicy, securityHeaders } from './headers.ts'
import { healthRoutes } from './platform/health.ts'
import { imageRoutes } from './media/images.ts'
import { apiRouter, localTransport, problemHandler, type Actored } from './mount.ts'
import { publicPageRoutes } from './page/routes.ts'
import { policy } from './reference/frame.ts'
import { referencePages } from './reference/pages.ts'
import { sessionMiddleware } from './identity/session-middleware.ts'

/** Builds the application. `pages`: the built SvelteKit handler; without it only the API answers. */
export function createApp(ctx: Context, pages?: RequestHandler): Express {
  const app = express()
  const table = handlers as unknown as HandlerMap
  app.disable('x-powered-by')
  // An ETag of ours names a version; one of the body's bytes beside it would only confuse.
  app.disable('etag')
  if (ctx.config.trustProxy) app.set('trust proxy', ctx.config.trustProxy)
  app.use((req, res, next) => {
    const { requestId } = Object.assign(req, { requestId: uuidv7() })
    res.setHeader('x-request-id', requestId)
    next()
  })
  app.use(securityHeaders(ctx.config))
  healthRoutes(ctx, app)
  publicPageRoutes(ctx, app)
  connectRoutes(ctx, app)
  app.use(sessionMiddleware(ctx))
  imageRoutes(ctx, app)
  app.use('/api/v1', apiHeaders, documentRoutes(ctx), apiRouter(ctx, table))
  app.use('/api', problemHandler(ctx))
  if (pages) app.use(forPages(ctx, table), pages)
  app.use(problemHandler(ctx))
  return app
}

const apiHeaders: RequestHandler = (_req, res, next) => {
  res.setHeader('content-security-policy', apiPolicy)
  next()
}

function documentRoutes(ctx: Context): RequestHandler {
  const document = JSON.stringify(openApi(ctx.config.publicUrl), null, 2)
  const router = express.Router()
  router.get('/openapi.json', (_req, res) => void res.type('application/json').send(document))
  for (const [path, html] of referencePages(JSON.parse(document), ctx.policy))
    router.get(path.replace('/api/v1', ''), (_req, res) => {
      res.setHeader('content-security-policy', policy)
      res.type('html').send(html)
    })
  router.get('/reference', (_req, res) => res.redirect('/api/v1/'))
  return router
}

/**
 * What the pages need of us. The three headers tell SvelteKit under which address it was reached; they are overwritten on every request, so
 * that nobody outside can set them.
 */
function forPages(ctx: Context, table: HandlerMap): RequestHandler {
  const { controller, publicUrl, setupToken, openRegistration } = ctx.config
  return (req, _res, next) => {
    req.headers['x-pa-proto'] = req.protocol
    req.headers['x-pa-host'] = req.headers.host ?? ''
    req.headers['x-pa-ip'] = req.ip ?? ''
    const call = localTransport(ctx, table, req as Actored)
    Object.assign(req, {
      postaura: {
        call,
        actor: (req as Actored).actor,
        site: { controller, publicUrl, needsSetupToken: setupToken !== '', openRegistration },
      },
    })
    next()
  }
}

/** Loads the built pages, or undefined while they are not built. */
export async function loadPages(): Promise<RequestHandler | undefined> {
  // SvelteKit reads these once, when it is loaded: the names of the headers that `forPages` sets.
  Object.assign(process.env, {
    PROTOCOL_HEADER: 'x-pa-proto',
    HOST_HEADER: 'x-pa-host',
    ADDRESS_HEADER: 'x-pa-ip',
  })
  const file = new URL('../web/build/handler.js', import.meta.url)
  if (!existsSync(file)) return undefined
  const { handler } = (await import(file.href)) as { handler: RequestHandler }
  return handler
}
