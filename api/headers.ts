/** Security headers of every answer. Pages bring their own content security policy with a nonce; everything else gets the strictest. */
import type { RequestHandler } from 'express'
import type { Config } from '../core/platform/config.ts'

export function securityHeaders(config: Config): RequestHandler {
  const https = config.publicUrl.startsWith('https:')
  return (_req, res, next) => {
    res.setHeader('x-content-type-options', 'nosniff')
    res.setHeader('referrer-policy', 'strict-origin-when-cross-origin')
    res.setHeader('cross-origin-opener-policy', 'same-origin')
    res.setHeader('x-frame-options', 'DENY')
    res.setHeader('permissions-policy', 'camera=(), microphone=(), geolocation=()')
    if (https) res.setHeader('strict-transport-security', 'max-age=31536000; includeSubDomains')
    next()
  }
}

export const apiPolicy = "default-src 'none'; frame-ancestors 'none'"
