/** Log-ins of the Bluesky simulator: renewal tokens work once. */
import { randomBytes } from 'node:crypto'
import type { BlueskyState, Repo } from './bluesky-state.ts'
import { fieldsOf, Refused, type Incoming, type Reply } from './server.ts'

const accessLifeMs = 2 * 3_600_000
const renewalLifeMs = 90 * 24 * 3_600_000

export function repoOf(state: BlueskyState, name: string): Repo {
  const found = [...state.repos.values()].find(({ did, handle }) => did === name || handle === name)
  if (found) return found
  throw new Refused(400, { error: 'InvalidRequest', message: 'Unable to resolve handle' })
}

const bearerOf = (request: Incoming): string =>
  /^Bearer (\S+)$/.exec(request.headers.authorization ?? '')?.[1] ?? ''

export function actor(state: BlueskyState, request: Incoming): Repo {
  const token = bearerOf(request)
  if (!token) throw new Refused(401, { error: 'AuthMissing', message: 'Authentication Required' })
  const held = state.access.get(token)
  if (!held)
    throw new Refused(400, { error: 'InvalidToken', message: 'Token could not be verified' })
  if (held.until <= state.now().getTime())
    throw new Refused(400, { error: 'ExpiredToken', message: 'Token has expired' })
  return held.repo
}

function jwt(until: number): string {
  const part = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url')
  return `${part({ alg: 'none' })}.${part({ exp: Math.floor(until / 1000) })}.${randomBytes(16).toString('base64url')}`
}

export function issue(state: BlueskyState, repo: Repo) {
  const now = state.now().getTime()
  const accessJwt = jwt(now + accessLifeMs)
  const refreshJwt = jwt(now + renewalLifeMs)
  state.access.set(accessJwt, { repo, until: now + accessLifeMs })
  state.renewals.set(refreshJwt, repo)
  return { accessJwt, refreshJwt }
}

export const didDocument = (state: BlueskyState, repo: Repo) => ({
  id: repo.did,
  alsoKnownAs: [`at://${repo.handle}`],
  service: [
    { id: '#atproto_pds', type: 'AtprotoPersonalDataServer', serviceEndpoint: state.origin },
  ],
})

export const profileOf = (state: BlueskyState, repo: Repo) => ({
  did: repo.did,
  handle: repo.handle,
  active: repo.active,
  didDoc: didDocument(state, repo),
})

export function createSession(state: BlueskyState, request: Incoming): Reply {
  state.sessionsCreated += 1
  const { identifier, password } = fieldsOf(request)
  const repo = [...state.repos.values()].find(
    ({ did, handle }) => did === identifier || handle === identifier,
  )
  if (!repo || repo.password !== password)
    throw new Refused(401, {
      error: 'AuthenticationRequired',
      message: 'Invalid identifier or password',
    })
  return { status: 200, body: { ...profileOf(state, repo), ...issue(state, repo) } }
}

/** A renewal token works once. */
export function refreshSession(state: BlueskyState, request: Incoming): Reply {
  const repo = state.renewals.get(bearerOf(request))
  if (!repo) throw new Refused(400, { error: 'ExpiredToken', message: 'Token has been revoked' })
  state.renewals.delete(bearerOf(request))
  return { status: 200, body: { ...profileOf(state, repo), ...issue(state, repo) } }
}

export function deleteSession(state: BlueskyState, request: Incoming): Reply {
  const repo = state.renewals.get(bearerOf(request))
  if (!repo)
    throw new Refused(400, { error: 'InvalidToken', message: 'Token could not be verified' })
  state.renewals.delete(bearerOf(request))
  for (const [token, held] of state.access) if (held.repo === repo) state.access.delete(token)
  return { status: 200 }
}
