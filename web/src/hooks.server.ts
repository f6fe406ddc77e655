import type { RequestEvent } from '@sveltejs/kit'
import type { Handle, HandleServerError } from '@sveltejs/kit/hooks'
import { createClient, type WireAnswer } from '#contract/client.ts'
import { Problem, problems } from '#contract/platform/problems.ts'
import type { Site } from '#lib/server/bridge.ts'
import { themeOf } from '#lib/platform/theme.ts'

type CookieToSet = NonNullable<WireAnswer['cookies']>[number]

/** Every page speaks to the API through the typed client; here its transport is a call in the same process. */
export const handle: Handle = async ({ event, resolve }) => {
  const bridge = event.platform!.req.postaura
  event.locals.api = createClient(async (request) => {
    const answer = await bridge.call(request)
    for (const cookie of answer.cookies ?? []) setCookie(event, bridge.site, cookie)
    return answer
  })
  event.locals.site = bridge.site
  event.locals.me = bridge.actor.personId ? await me(event) : null
  const theme = themeOf(event.cookies.get('theme'))
  const response = await resolve(event, {
    transformPageChunk: ({ html }) => html.replace('%theme%', theme),
  })
  // A page shows one person's data: no shared cache may keep it.
  if (event.locals.me) response.headers.set('cache-control', 'private, no-store')
  return response
}

function setCookie(event: RequestEvent, site: Site, cookie: CookieToSet): void {
  const secure = site.publicUrl.startsWith('https:')
  event.cookies.set(cookie.name, cookie.value, {
    path: '/',
    httpOnly: true,
    sameSite: 'lax',
    secure,
    maxAge: cookie.maxAge,
  })
}

async function me(event: RequestEvent) {
  try {
    return await event.locals.api.getMe({})
  } catch (problem) {
    if (problem instanceof Problem && problem.kind === 'unauthenticated') return null
    throw problem
  }
}

/** A Problem keeps its kind on the error page; anything else says only that PostAura failed. */
export const handleError: HandleServerError = (caught) => {
  const { error } = caught
  if (error instanceof Problem)
    return {
      status: error.status,
      message: problems[error.kind].title,
      kind: error.kind,
      detail: error.detail,
    }
  if (caught.kind === 'app') return caught.error
  if (caught.kind === 'unknown') {
    console.error(error)
    return { status: 500, message: 'PostAura failed to do this' }
  }
  const { status } = caught.error
  return { status, ...(status === 404 ? { message: 'There is nothing at this address' } : {}) }
}
