/** The session's cookies, as Set-Cookie lines and as received. */
import type { Config } from '../../core/platform/config.ts'
import type { Tokens } from '../../core/identity/sessions.ts'

type Site = Pick<Config, 'publicUrl'>

const isSecure = ({ publicUrl }: Site): boolean => publicUrl.startsWith('https:')

/** `__Host-` on https: no other host and no other path can set them. Browsers refuse that prefix on plain http. */
export function cookieNames(site: Site): { access: string; refresh: string } {
  const prefix = isSecure(site) ? '__Host-' : ''
  return { access: `${prefix}postaura_access`, refresh: `${prefix}postaura_refresh` }
}

function line(site: Site, name: string, value: string, maxAge: number): string {
  const secure = isSecure(site) ? '; Secure' : ''
  return `${name}=${value}; Max-Age=${maxAge}; Path=/; HttpOnly; SameSite=Lax${secure}`
}

const secondsUntil = (at: Date, now: Date): number =>
  Math.max(0, Math.floor((at.getTime() - now.getTime()) / 1000))

/** Lines that sign a browser in. */
export function sessionCookies(site: Site, tokens: Tokens, now: Date): string[] {
  const { access, refresh } = cookieNames(site)
  return [
    line(site, access, tokens.accessToken, secondsUntil(tokens.accessExpiresAt, now)),
    line(site, refresh, tokens.refreshToken, secondsUntil(tokens.expiresAt, now)),
  ]
}

/** Lines that sign a browser out. */
export function clearedCookies(site: Site): string[] {
  const { access, refresh } = cookieNames(site)
  return [line(site, access, '', 0), line(site, refresh, '', 0)]
}

/** Names and values of a Cookie header; of two with one name the first counts, as browsers send the more specific one first. */
export function readCookies(header: string | undefined): Record<string, string> {
  const cookies: Record<string, string> = Object.create(null) as Record<string, string>
  for (const pair of (header ?? '').split(';')) {
    const equals = pair.indexOf('=')
    if (equals < 1) continue
    const name = pair.slice(0, equals).trim()
    cookies[name] ??= pair.slice(equals + 1).trim()
  }
  return cookies
}
