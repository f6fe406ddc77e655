/** The strict sign-in of the Mastodon simulator: everything that does not fit exactly is refused. */
import { createHash, randomBytes } from 'node:crypto'
import { escaped, fieldsOf, Refused, type Incoming, type Reply, type Routes } from './server.ts'
import type { Account, MastodonState } from './mastodon-state.ts'

const codeLifeMs = 10 * 60_000
const known = [
  'profile',
  'read',
  'read:accounts',
  'read:statuses',
  'write',
  'write:media',
  'write:statuses',
]
const random = () => randomBytes(24).toString('base64url')

const text = (fields: Record<string, unknown>, name: string): string => {
  const value = fields[name]
  return typeof value === 'string' ? value : ''
}

export function oauthRoutes(state: MastodonState): Routes {
  return {
    'GET /.well-known/oauth-authorization-server': {
      label: 'discovery',
      handle: () => discovery(state),
    },
    'POST /api/v1/apps': { label: 'apps', handle: (request) => register(state, fieldsOf(request)) },
    'GET /oauth/authorize': { label: 'authorize', handle: (request) => signInPage(state, request) },
    'POST /oauth/authorize': {
      label: 'consent',
      handle: (request) => consent(state, fieldsOf(request)),
    },
    'POST /oauth/token': { label: 'token', handle: (request) => token(state, fieldsOf(request)) },
    'POST /oauth/revoke': {
      label: 'revoke',
      handle: (request) => revoke(state, fieldsOf(request)),
    },
  }
}

function discovery(state: MastodonState): Reply {
  const { origin } = state
  return {
    status: 200,
    body: {
      issuer: `${origin}/`,
      authorization_endpoint: `${origin}/oauth/authorize`,
      token_endpoint: `${origin}/oauth/token`,
      revocation_endpoint: `${origin}/oauth/revoke`,
      scopes_supported: known,
      response_types_supported: ['code'],
      code_challenge_methods_supported: ['S256'],
      grant_types_supported: ['authorization_code', 'client_credentials'],
    },
  }
}

function register(state: MastodonState, fields: Record<string, unknown>): Reply {
  const redirectUri = text(fields, 'redirect_uris')
  const scopes = text(fields, 'scopes').split(' ').filter(Boolean)
  if (!text(fields, 'client_name') || !URL.canParse(redirectUri))
    throw new Refused(422, { error: 'Validation failed: Redirect URI must be an absolute URI.' })
  if (!scopes.every((scope) => known.includes(scope)))
    throw new Refused(422, {
      error: 'Validation failed: Scopes do not match configured on the server.',
    })
  const app = { clientId: random(), clientSecret: random(), redirectUri, scopes }
  state.apps.set(app.clientId, app)
  return {
    status: 200,
    body: {
      id: '1',
      name: text(fields, 'client_name'),
      client_id: app.clientId,
      client_secret: app.clientSecret,
    },
  }
}

interface Wanted {
  clientId: string
  redirectUri: string
  scopes: string[]
  challenge: string
  state: string
}

/** What an authorization request asks for, after everything about it was checked. */
function wanted(state: MastodonState, fields: Record<string, unknown>): Wanted {
  const app = state.apps.get(text(fields, 'client_id'))
  const scopes = text(fields, 'scope').split(' ').filter(Boolean)
  const wrong = (why: string) => new Refused(400, `<p>${escaped(why)}</p>`)
  if (!app) throw wrong('unknown client')
  if (text(fields, 'redirect_uri') !== app.redirectUri)
    throw wrong('the redirect uri is not the registered one')
  if (text(fields, 'response_type') !== 'code') throw wrong('response_type must be code')
  if (!scopes.length || !scopes.every((scope) => app.scopes.includes(scope)))
    throw wrong('scopes beyond the registered ones')
  if (
    text(fields, 'code_challenge_method') !== 'S256' ||
    text(fields, 'code_challenge').length !== 43
  )
    throw wrong('PKCE S256 is needed')
  if (text(fields, 'state').length < 16) throw wrong('a state of at least 16 characters is needed')
  return {
    clientId: app.clientId,
    redirectUri: app.redirectUri,
    scopes,
    challenge: text(fields, 'code_challenge'),
    state: text(fields, 'state'),
  }
}

function signInPage(state: MastodonState, request: Incoming): Reply {
  const fields = Object.fromEntries(request.url.searchParams)
  const asked = wanted(state, fields)
  const hidden = Object.entries(fields)
    .map(
      ([name, value]) => `<input type="hidden" name="${escaped(name)}" value="${escaped(value)}">`,
    )
    .join('')
  return {
    status: 200,
    body:
      `<!doctype html><html lang="en"><title>Mastodon simulator</title><h1>Allow access?</h1>` +
      `<p>It asks for: ${asked.scopes.map(escaped).join(', ')}.</p><form method="post" action="/oauth/authorize">${hidden}` +
      `<p><label>Name <input name="username"></label></p><p><label>Password <input name="password" type="password"></label></p>` +
      `<button name="decision" value="allow">Allow</button> <button name="decision" value="deny">Deny</button></form></html>`,
  }
}

function consent(state: MastodonState, fields: Record<string, unknown>): Reply {
  const asked = wanted(state, fields)
  const back = new URL(asked.redirectUri)
  back.searchParams.set('state', asked.state)
  const account = state.accounts.get(text(fields, 'username'))
  if (text(fields, 'decision') !== 'allow') {
    back.searchParams.set('error', 'access_denied')
  } else if (account && account.password === text(fields, 'password')) {
    const code = random()
    state.codes.set(code, { ...asked, account, until: state.now().getTime() + codeLifeMs })
    back.searchParams.set('code', code)
  } else throw new Refused(401, '<p>This name and password do not fit.</p>')
  return { status: 302, headers: { location: back.href } }
}

function client(state: MastodonState, fields: Record<string, unknown>) {
  const app = state.apps.get(text(fields, 'client_id'))
  if (app && app.clientSecret === text(fields, 'client_secret')) return app
  throw new Refused(401, {
    error: 'invalid_client',
    error_description: 'Client authentication failed.',
  })
}

function token(state: MastodonState, fields: Record<string, unknown>): Reply {
  const app = client(state, fields)
  const invalid = new Refused(400, {
    error: 'invalid_grant',
    error_description: 'The grant is invalid.',
  })
  if (text(fields, 'grant_type') !== 'authorization_code')
    throw new Refused(400, { error: 'unsupported_grant_type' })
  const code = state.codes.get(text(fields, 'code'))
  // A code works once, also when what comes with it is wrong.
  state.codes.delete(text(fields, 'code'))
  if (!code || code.clientId !== app.clientId || code.until < state.now().getTime()) throw invalid
  if (text(fields, 'redirect_uri') !== code.redirectUri) throw invalid
  const challenge = createHash('sha256').update(text(fields, 'code_verifier')).digest('base64url')
  if (challenge !== code.challenge) throw invalid
  const accessToken = issueToken(state, code.account, code.scopes, app.clientId)
  const created_at = Math.floor(state.now().getTime() / 1000)
  return {
    status: 200,
    body: {
      access_token: accessToken,
      token_type: 'Bearer',
      scope: code.scopes.join(' '),
      created_at,
    },
  }
}

export function issueToken(
  state: MastodonState,
  account: Account,
  scopes: string[],
  clientId: string,
): string {
  const accessToken = random()
  state.tokens.set(accessToken, { account, scopes, clientId })
  return accessToken
}

function revoke(state: MastodonState, fields: Record<string, unknown>): Reply {
  const app = client(state, fields)
  const held = state.tokens.get(text(fields, 'token'))
  if (held && held.clientId !== app.clientId)
    throw new Refused(403, { error: 'unauthorized_client', error_description: 'Not your token.' })
  state.tokens.delete(text(fields, 'token'))
  return { status: 200, body: {} }
}

/** The account behind a request, when its token holds one of the scopes. */
export function actor(state: MastodonState, request: Incoming, ...scopes: string[]): Account {
  const bearer = /^Bearer (\S+)$/.exec(request.headers.authorization ?? '')?.[1]
  const held = bearer ? state.tokens.get(bearer) : undefined
  if (!held) throw new Refused(401, { error: 'The access token is invalid' })
  const broad = scopes.flatMap((scope) => [scope, scope.split(':')[0]!])
  if (!held.scopes.some((scope) => broad.includes(scope)))
    throw new Refused(403, { error: 'This action is outside the authorized scopes' })
  return held.account
}
