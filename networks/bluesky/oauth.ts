/**
 * Signing in with Bluesky's OAuth (PAR, PKCE, DPoP). A pending sign-in is handed to the caller, a session to the channel's secrets.
 */
import { because } from '#contract/posts/refusals.ts'
import {
  OAuthCallbackError,
  TokenInvalidError,
  TokenRefreshError,
  TokenRevokedError,
  type NodeSavedSession,
  type NodeSavedState,
  type OAuthSession,
} from '@atproto/oauth-client-node'
import { hostOf, noAnswer, textAt } from '../answers.ts'
import { NetworkError, type Call, type Connected, type ConnectCall, type Json } from '../network.ts'
import { handleFrom, serverFrom, type Directory } from './identity.ts'
import { clientFor } from './oauth-client.ts'
import { xrpc, type Fetch } from './xrpc.ts'

/** Access that runs out within this time is renewed before it is used. */
const enoughMs = 10 * 60_000
/** Whoever signs in without a client secret, as we do, has to sign in again after two weeks (https://atproto.com/specs/oauth). */
const sessionMs = 14 * 86_400_000

export async function begin(
  call: ConnectCall,
  input: Record<string, string>,
  directory: Directory,
) {
  const server = serverFrom(input.server ?? '')
  const who = server ?? handleFrom(input.handle ?? '')
  const state = new Map<string, NodeSavedState>()
  const client = clientFor(call, call.redirectUri, directory, { state })
  // The caller's single-use state is what comes back, so it is the one name of this sign-in. The client makes no other nonce.
  client.runtime.generateNonce = () => Promise.resolve(call.state)
  try {
    const url = await client.authorize(who)
    return { url: url.href, pending: state.get(call.state) as unknown as Json }
  } catch (cause) {
    throw server
      ? signInFailed(hostOf(server), call.now(), cause, 'server')
      : signInFailed(null, call.now(), cause, 'handle')
  }
}

export async function finish(
  call: ConnectCall,
  query: Record<string, string>,
  pending: Json,
  directory: Directory,
): Promise<Connected> {
  const state = new Map([[query.state ?? '', pending as unknown as NodeSavedState]])
  let saved: NodeSavedSession | undefined
  const session = { get: () => saved, set: (given: NodeSavedSession) => void (saved = given) }
  const client = clientFor(call, call.redirectUri, directory, { state, session })
  if (query.error === 'access_denied')
    throw new NetworkError('no', 'not_permitted', because('declined'))
  try {
    const { session: signedIn } = await client.callback(new URLSearchParams(query))
    return await connected(call, signedIn, saved!)
  } catch (cause) {
    throw signInFailed('Bluesky', call.now(), cause)
  }
}

async function connected(
  call: ConnectCall,
  signedIn: OAuthSession,
  saved: NodeSavedSession,
): Promise<Connected> {
  const { tokenSet } = saved
  const origin = new URL(tokenSet.aud).origin
  const request = { method: 'GET', name: 'com.atproto.server.getSession' } as const
  const asked = { phase: 'other', now: call.now() } as const
  const { body } = await xrpc(through(signedIn, origin), origin, request, asked)
  const handle = textAt(body, 'handle') ?? tokenSet.sub
  return {
    remoteId: tokenSet.sub,
    name: handle,
    handle: `@${handle}`,
    origin,
    url: `https://bsky.app/profile/${tokenSet.sub}`,
    settings: { redirectUri: call.redirectUri },
    secrets: { oauth: JSON.stringify(saved) },
    scopes: tokenSet.scope.split(/\s+/),
    expiresAt: new Date(call.now().getTime() + sessionMs),
  }
}

/** What the client throws, in a sentence; its own words may quote the server's, so they stay in the cause. */
function signInFailed(
  host: string | null,
  now: Date,
  cause: unknown,
  field?: string,
): NetworkError {
  if (cause instanceof NetworkError) return cause
  if (cause instanceof OAuthCallbackError)
    return new NetworkError(
      'no',
      'not_permitted',
      host ? because('sign_in_refused', { host }) : because('handle_sign_in_refused'),
      { cause },
    )
  const error = noAnswer({ phase: 'connect', host: host ?? '', now }, cause)
  return new NetworkError(
    'no',
    'unreachable',
    host ? because('sign_in_unusable', { host }) : because('handle_unusable'),
    { cause: error, field },
  )
}

const savedIn = (secrets: Record<string, string>): NodeSavedSession =>
  JSON.parse(secrets.oauth ?? '') as NodeSavedSession

function expiryOf(saved: NodeSavedSession): Date | null {
  return saved.tokenSet.expires_at ? new Date(saved.tokenSet.expires_at) : null
}

/**
 * A fetch bound to the session's key. It cannot renew: the session it is shown has neither an end nor a renewal token, so a call that
 * publishes never turns into one that renews.
 */
export async function authorized(call: Call, directory: Directory): Promise<Fetch> {
  const saved = savedIn(call.channel.secrets)
  const { refresh_token: _token, expires_at: _end, ...tokenSet } = saved.tokenSet
  const fixed = { ...saved, tokenSet } as NodeSavedSession
  const client = clientFor(call, redirectOf(call), directory, {
    session: { get: () => fixed, set: () => undefined },
  })
  try {
    return through(await client.restore(call.channel.remoteId, false), call.channel.origin)
  } catch (cause) {
    throw renewalFailed(call, cause)
  }
}

const redirectOf = (call: Call): string => String(call.channel.settings.redirectUri ?? '')

function through(session: OAuthSession, origin: string): Fetch {
  return (url, init) => session.fetchHandler(url.slice(origin.length), init)
}

/** Renews the session where it is about to end; one process at a time, and what is new is kept before it is used. */
export async function refresh(call: Call, directory: Directory): Promise<void> {
  const lasts = (saved: NodeSavedSession) => {
    const end = expiryOf(saved)
    return end === null || end.getTime() - call.now().getTime() > enoughMs
  }
  if (lasts(savedIn(call.channel.secrets))) return
  await call.channel.exclusively(async (newest) => {
    let saved = savedIn(newest)
    if (lasts(saved)) return
    const set = async (renewed: NodeSavedSession) => {
      saved = renewed
      // Renewing does not move the end of the session.
      await call.channel.saveSecrets(
        { ...newest, oauth: JSON.stringify(renewed) },
        call.channel.expiresAt,
      )
    }
    const client = clientFor(call, redirectOf(call), directory, {
      session: { get: () => saved, set },
    })
    await client.restore(call.channel.remoteId, true).catch((cause: unknown) => {
      throw renewalFailed(call, cause)
    })
  })
}

function renewalFailed(call: Call, cause: unknown): NetworkError {
  const host = hostOf(call.channel.origin)
  const over = [TokenRefreshError, TokenRevokedError, TokenInvalidError].some(
    (kind) => cause instanceof kind,
  )
  return over
    ? new NetworkError('no', 'access_revoked', because('access_ended', { host }), { cause })
    : noAnswer({ phase: 'other', host, now: call.now() }, cause)
}

/** Gives the access back. */
export async function revoke(call: Call, directory: Directory): Promise<void> {
  const saved = savedIn(call.channel.secrets)
  const client = clientFor(call, redirectOf(call), directory, {
    session: { get: () => saved, set: () => undefined },
  })
  await client.revoke(call.channel.remoteId)
}
