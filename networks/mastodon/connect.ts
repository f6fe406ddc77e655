/** Connecting a Mastodon account: a client of our own on each server, made when the first person comes from there. */
import { createHash, randomBytes } from 'node:crypto'
import { because } from '#contract/posts/refusals.ts'
import {
  ask,
  hasError,
  hostOf,
  refused,
  textAt,
  valueAt,
  type Answer,
  type Question,
} from '../answers.ts'
import {
  NetworkError,
  WrongInput,
  type Connected,
  type ConnectCall,
  type ConnectMethod,
  type Json,
} from '../network.ts'
import { form, programName } from './api.ts'
import { instanceSettings } from './instance.ts'

const writing = ['read:statuses', 'write:statuses', 'write:media']

interface Server {
  origin: string
  authorize: string
  token: string
  scopes: string[]
}

type Pending = Server & { verifier: string; clientId: string; clientSecret: string }

export const oauth: ConnectMethod = {
  kind: 'oauth',
  begin,
  finish,
}

/** The origin of whatever people type: `@me@host`, `me@host`, `host`, `https://host/@me`. Plain http only where it is written out. */
export function originFrom(typed: string): string {
  const text = typed.trim()
  const isUrl = /^https?:\/\//i.test(text)
  const host = isUrl
    ? text
    : `https://${
        text
          .replace(/^acct:/i, '')
          .split('@')
          .pop() ?? ''
      }`
  try {
    const url = new URL(host)
    if (url.username || url.password || !url.hostname)
      throw new TypeError('credentials in the address')
    return url.origin
  } catch (cause) {
    throw new WrongInput(
      'server',
      'This is not the name of a server. Type it like mastodon.example or @you@mastodon.example.',
      { cause },
    )
  }
}

async function begin(call: ConnectCall, input: Record<string, string>) {
  const origin = originFrom(input.server ?? '')
  const server = await discover(call, origin)
  const app = await appFor(call, server)
  const verifier = randomBytes(32).toString('base64url')
  const url = new URL(server.authorize)
  const parameters = {
    response_type: 'code',
    client_id: app.clientId,
    redirect_uri: call.redirectUri,
    scope: server.scopes.join(' '),
    state: call.state,
    code_challenge: createHash('sha256').update(verifier).digest('base64url'),
    code_challenge_method: 'S256',
  }
  for (const [name, value] of Object.entries(parameters)) url.searchParams.set(name, value)
  const pending: Pending = { ...server, ...app, verifier }
  return { url: url.href, pending: { ...pending } as Json }
}

/** Endpoints and scopes as the server declares them (4.3 and later), else the ones every server has. */
async function discover(call: ConnectCall, origin: string): Promise<Server> {
  const address = `${origin}/.well-known/oauth-authorization-server`
  const answer = await ask(call.fetch, address, {}, atField(call, origin))
  const declared = answer.status === 200 ? answer.body : null
  const known = valueAt(declared, 'scopes_supported')
  const profile = Array.isArray(known) && known.includes('profile') ? 'profile' : 'read:accounts'
  return {
    origin,
    authorize:
      ownEndpoint(declared, 'authorization_endpoint', origin) ?? `${origin}/oauth/authorize`,
    token: ownEndpoint(declared, 'token_endpoint', origin) ?? `${origin}/oauth/token`,
    scopes: [profile, ...writing],
  }
}

/** A declared endpoint counts only on the server itself: a code or secret never goes elsewhere. */
function ownEndpoint(declared: unknown, name: string, origin: string): string | null {
  const url = textAt(declared, name)
  return url !== undefined && URL.canParse(url) && new URL(url).origin === origin ? url : null
}

async function appFor(
  call: ConnectCall,
  server: Server,
): Promise<{ clientId: string; clientSecret: string }> {
  const scopes = server.scopes.join(' ')
  const kept = await call.apps.get(server.origin)
  if (kept?.clientId && kept.redirectUri === call.redirectUri && kept.scopes === scopes)
    return { clientId: kept.clientId, clientSecret: kept.clientSecret ?? '' }
  const answer = await ask(
    call.fetch,
    `${server.origin}/api/v1/apps`,
    form({
      client_name: programName,
      redirect_uris: call.redirectUri,
      scopes,
      website: new URL(call.redirectUri).origin,
    }),
    atField(call, server.origin),
  )
  const clientId = textAt(answer.body, 'client_id')
  const clientSecret = textAt(answer.body, 'client_secret')
  if (answer.status !== 200 || !clientId || !clientSecret)
    throw notMastodon(call, server.origin, answer)
  const app = { clientId, clientSecret, redirectUri: call.redirectUri, scopes }
  await call.apps.put(server.origin, app)
  return { clientId, clientSecret }
}

function notMastodon(call: ConnectCall, origin: string, answer: Answer): NetworkError {
  const passing = answer.status === 429 || answer.status >= 500
  if (passing) return refused(atField(call, origin), { answer, own: hasError(answer) })
  return new WrongInput(
    'server',
    `${hostOf(origin)} does not answer like a Mastodon server. Check the name.`,
  )
}

async function finish(
  call: ConnectCall,
  query: Record<string, string>,
  saved: Json,
): Promise<Connected> {
  const pending = saved as unknown as Pending
  const host = hostOf(pending.origin)
  if (query.error === 'access_denied')
    throw new NetworkError('no', 'not_permitted', because('declined_on', { host }))
  if (!query.code) throw new NetworkError('no', 'not_permitted', because('not_signed_in', { host }))
  const { token, scopes } = await exchange(call, pending, query.code)
  const missing = ['write:statuses', 'read:statuses'].filter((scope) => !covers(scopes, scope))
  if (missing.length > 0)
    throw new NetworkError(
      'no',
      'not_permitted',
      because('scopes_missing', { host, scopes: missing.join(' ') }),
    )
  return account(call, pending, token, scopes)
}

/** `write` includes `write:statuses`. */
const covers = (granted: string[], scope: string) =>
  granted.includes(scope) || granted.includes(scope.split(':')[0]!)

async function exchange(
  call: ConnectCall,
  pending: Pending,
  code: string,
): Promise<{ token: string; scopes: string[] }> {
  const question = onTheWayBack(call, pending.origin)
  const body = {
    grant_type: 'authorization_code',
    code,
    client_id: pending.clientId,
    client_secret: pending.clientSecret,
    redirect_uri: call.redirectUri,
    code_verifier: pending.verifier,
  }
  const answer = await ask(call.fetch, pending.token, form(body), question)
  const token = textAt(answer.body, 'access_token')
  const bearer = (textAt(answer.body, 'token_type') ?? 'bearer').toLowerCase() === 'bearer'
  if (answer.status === 200 && token && bearer)
    return { token, scopes: (textAt(answer.body, 'scope') ?? '').split(/[\s,]+/).filter(Boolean) }
  // Servers before 4.3 forget clients that nobody used; the next attempt registers anew.
  if (textAt(answer.body, 'error') === 'invalid_client') await call.apps.put(pending.origin, {})
  throw refused(question, {
    answer: answer.status === 200 ? { ...answer, status: 400 } : answer,
    // Whatever it is that answers here, the code is spent.
    own: true,
    known: {
      kind: 'not_permitted',
      because: because('sign_in_refused', { host: question.host }),
    },
  })
}

async function account(
  call: ConnectCall,
  pending: Pending,
  token: string,
  scopes: string[],
): Promise<Connected> {
  const { origin, clientId, clientSecret } = pending
  const question = onTheWayBack(call, origin)
  const answer = await ask(
    call.fetch,
    `${origin}/api/v1/accounts/verify_credentials`,
    { headers: { authorization: `Bearer ${token}` } },
    question,
  )
  const id = textAt(answer.body, 'id')
  const username = textAt(answer.body, 'username')
  if (answer.status !== 200 || !id || !username)
    throw refused(question, {
      answer: { ...answer, status: answer.status === 200 ? 401 : answer.status },
      own: true,
    })
  return {
    remoteId: id,
    name: textAt(answer.body, 'display_name') || username,
    handle: `@${username}@${hostOf(origin)}`,
    origin,
    url: textAt(answer.body, 'url') ?? `${origin}/@${username}`,
    settings: await instanceSettings(call.fetch, origin, question),
    secrets: { accessToken: token, clientId, clientSecret },
    scopes,
    expiresAt: null,
  }
}

/** While the person still has the field in front of them. */
function atField(call: ConnectCall, origin: string): Question {
  return { phase: 'connect', host: hostOf(origin), now: call.now(), field: 'server' }
}

function onTheWayBack(call: ConnectCall, origin: string): Question {
  return { phase: 'other', host: hostOf(origin), now: call.now() }
}
