/** Which workspace this browser was in last: a cookie of its own, needed for nothing else. */
import type { Cookies } from '@sveltejs/kit'

const name = 'workspace'

export const lastWorkspace = (cookies: Cookies): string | undefined => cookies.get(name)

export function rememberWorkspace(cookies: Cookies, id: string, secure: boolean): void {
  if (cookies.get(name) === id) return
  cookies.set(name, id, { path: '/', httpOnly: true, sameSite: 'lax', secure, maxAge: 31_536_000 })
}
