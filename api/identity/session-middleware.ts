/**
 * Finds out who asks, before API and pages alike: by cookie, by access token or by API key. A browser whose access cookie has run out is
 * given the next one on the way, with the same answer that it asked for.
 */
import type { Request, RequestHandler, Response } from 'express'
import { Problem } from '#contract/platform/problems.ts'
import type { Actor } from '../../core/platform/actor.ts'
import { findKey, keyPrefix } from '../../core/identity/api-keys.ts'
import type { Context } from '../../core/platform/context.ts'
import { clearedCookies, cookieNames, readCookies, sessionCookies } from './cookies.ts'
import { findSession, rotate } from '../../core/identity/sessions.ts'

const safeMethods = new Set(['GET', 'HEAD', 'OPTIONS'])
/** Built files of the pages: the same for everybody. */
const isStatic = (path: string): boolean => path.startsWith('/_app/')

/** Sets `req.actor`; throws `forbidden` when another site makes a browser send something. */
export function sessionMiddleware(ctx: Context): RequestHandler {
  return async (req, res, next) => {
    const ip = req.ip ?? ''
    const actor = isStatic(req.path) ? null : await actorOf(ctx, req, res, ip)
    Object.assign(req, { actor: actor ?? ({ kind: 'anonymous', ip } satisfies Actor) })
    next()
  }
}

async function actorOf(
  ctx: Context,
  req: Request,
  res: Response,
  ip: string,
): Promise<Actor | null> {
  const bearer = /^Bearer +(\S+)$/i.exec(req.headers.authorization ?? '')?.[1]
  // Another site cannot make a browser send this header, so nothing more is asked.
  if (bearer)
    return bearer.startsWith(keyPrefix) ? findKey(ctx, bearer, ip) : findSession(ctx, bearer, ip)
  const cookies = readCookies(req.headers.cookie)
  const names = cookieNames(ctx.config)
  const [access, refresh] = [cookies[names.access], cookies[names.refresh]]
  if (!safeMethods.has(req.method)) refuseOtherSites(ctx, req, Boolean(access || refresh))
  const found = access ? await findSession(ctx, access, ip) : null
  if (found || !refresh) return found
  return refreshed(ctx, res, refresh, ip)
}

async function refreshed(
  ctx: Context,
  res: Response,
  presented: string,
  ip: string,
): Promise<Actor | null> {
  const tokens = await rotate(ctx, presented)
  if (!tokens) {
    sendFirst(res, clearedCookies(ctx.config))
    return null
  }
  sendFirst(res, sessionCookies(ctx.config, tokens, ctx.now()))
  // Not findSession: this request is no proof that the browser has got its new cookies.
  return { kind: 'person', personId: tokens.personId, sessionId: tokens.sessionId, ip }
}

/**
 * Set-Cookie lines that survive whoever answers: the pages set the whole header anew. They stand before the answer's own lines, so that
 * signing out in the same request wins.
 */
function sendFirst(res: Response, lines: string[]): void {
  const writeHead = res.writeHead.bind(res) as (...args: unknown[]) => Response
  res.writeHead = ((...args: unknown[]) => {
    res.writeHead = writeHead as never
    const later = res.getHeader('set-cookie') ?? []
    res.setHeader('set-cookie', [...lines, ...(Array.isArray(later) ? later : [String(later)])])
    return writeHead(...args)
  }) as never
}

/**
 * Sec-Fetch-Site is set by the browser and cannot be forged by a page; browsers without it send Origin. With a session's cookie one of the
 * two has to be there; without one a request that says it comes from elsewhere is refused too, so that nobody is signed in by a stranger.
 */
function refuseOtherSites(ctx: Context, req: Request, withCookie: boolean): void {
  const site = req.headers['sec-fetch-site']
  const { origin } = req.headers
  const ownOrigin = new URL(ctx.config.publicUrl).origin
  const isOwn = site
    ? site === 'same-origin' || site === 'none'
    : origin
      ? origin === ownOrigin
      : !withCookie
  if (!isOwn)
    throw new Problem('forbidden', 'This request was made by another site, so nothing was done.')
}
