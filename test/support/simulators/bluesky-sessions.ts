/** Log-ins of the Bluesky simulator. As on the real server, access lasts until it runs out, even where its session was ended. */
import { randomBytes } from 'node:crypto'
import type { BlueskyState, Renewal, Repo } from './bluesky-state.ts'
import { fieldsOf, Refused, type Incoming, type Reply } from './server.ts'

const accessLifeMs = 2 * 3_600_000
const renewalLifeMs = 90 * 24 * 3_600_000
/** How long a renewal token that was used goes on working, for whoever did not get the answer. */
const graceMs = 2 * 3_600_000

/** An account by its handle or its DID. */
export const knownAs = (state: BlueskyState, name: string): Repo | undefined =>
  [...state.repos.values()].find(
    (repo) => !repo.deleted && (repo.did === name || repo.handle === name),
  )

export function repoOf(state: BlueskyState, name: string): Repo {
  const found = knownAs(state, name)
  if (found) return found
  throw new Refused(400, { error: 'HandleNotFound', message: 'Unable to resolve handle' })
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

/** Who writes: an account that is still there. */
export function author(state: BlueskyState, request: Incoming): Repo {
  const repo = actor(state, request)
  if (repo.deleted) throw accountNotFound()
  return repo
}

export const accountNotFound = () =>
  new Refused(403, { error: 'AccountNotFound', message: 'Account not found' })

function jwt(until: number): string {
  const part = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url')
  return `${part({ alg: 'none' })}.${part({ exp: Math.floor(until / 1000) })}.${randomBytes(16).toString('base64url')}`
}

export const userNotFound = ({ did }: Repo) =>
  new Refused(400, {
    error: 'InvalidRequest',
    message: `Could not find user info for account: ${did}`,
  })

export function issue(state: BlueskyState, repo: Repo) {
  const until = state.now().getTime() + renewalLifeMs
  const refreshJwt = jwt(until)
  state.renewals.set(refreshJwt, { repo, until, next: null })
  return { accessJwt: issueAccess(state, repo), refreshJwt }
}

function issueAccess(state: BlueskyState, repo: Repo): string {
  const until = state.now().getTime() + accessLifeMs
  const accessJwt = jwt(until)
  state.access.set(accessJwt, { repo, until })
  return accessJwt
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
  const repo = knownAs(state, String(identifier))
  if (!repo || repo.password !== password)
    throw new Refused(401, {
      error: 'AuthenticationRequired',
      message: 'Invalid identifier or password',
    })
  return { status: 200, body: { ...profileOf(state, repo), ...issue(state, repo) } }
}

/** A token that was used works a while longer, and always brings the same successor. */
export function refreshSession(state: BlueskyState, request: Incoming): Reply {
  const held = renewalOf(state, request)
  const { repo } = held
  const now = state.now().getTime()
  if (repo.deleted) throw userNotFound(repo)
  if (held.until <= now)
    throw new Refused(400, { error: 'ExpiredToken', message: 'Token has been revoked' })
  held.until = Math.min(held.until, now + graceMs)
  held.next ??= issue(state, repo).refreshJwt
  const tokens = { accessJwt: issueAccess(state, repo), refreshJwt: held.next }
  return { status: 200, body: { ...profileOf(state, repo), ...tokens } }
}

export function deleteSession(state: BlueskyState, request: Incoming): Reply {
  renewalOf(state, request).until = 0
  return { status: 200 }
}

function renewalOf(state: BlueskyState, request: Incoming): Renewal {
  const held = state.renewals.get(bearerOf(request))
  if (held) return held
  throw new Refused(400, { error: 'InvalidToken', message: 'Token could not be verified' })
}
