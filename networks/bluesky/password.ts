/** Connecting with an app password: one session, which is then renewed and never opened again. The password itself is not kept. */
import { because } from '#contract/posts/refusals.ts'
import { hostOf, textAt, valueAt, type Answer } from '../answers.ts'
import {
  NetworkError,
  WrongInput,
  type Call,
  type Connected,
  type ConnectCall,
  type ConnectMethod,
} from '../network.ts'
import {
  handleFrom,
  resolveHandle,
  serverFrom,
  serverIn,
  serverOf,
  type Directory,
} from './identity.ts'
import { refusedBy, send, xrpc, type Fetch } from './xrpc.ts'

/** Access that runs out within this time is renewed before it is used. */
const enoughMs = 10 * 60_000

export function appPassword(directory: Directory): ConnectMethod {
  return {
    kind: 'form',
    connect: (call, input) => connect(call, input, directory),
  }
}

async function connect(
  call: ConnectCall,
  input: Record<string, string>,
  directory: Directory,
): Promise<Connected> {
  const handle = handleFrom(input.handle ?? '')
  const typed = serverFrom(input.server ?? '')
  const server = typed ?? (await serverOfHandle(call, handle, directory))
  const password = (input.password ?? '').trim()
  const field = typed ? 'server' : 'handle'
  const body = await createSession(call, server, { handle, password, field })
  const did = textAt(body, 'did')
  const tokens = tokensIn(body)
  if (!did || !tokens || valueAt(body, 'active') === false)
    throw new NetworkError(
      'no',
      'not_permitted',
      because('account_inactive', { host: hostOf(server) }),
    )
  const name = textAt(body, 'handle') ?? handle
  return {
    remoteId: did,
    name,
    handle: `@${name}`,
    // An entrance like bsky.social opens sessions for many servers; posts go to the account's own.
    origin: typed ?? serverIn(valueAt(body, 'didDoc')) ?? server,
    url: `https://bsky.app/profile/${did}`,
    settings: {},
    secrets: tokens,
    scopes: ['app password'],
    expiresAt: expiryOf(tokens.refreshJwt),
  }
}

async function serverOfHandle(
  call: ConnectCall,
  handle: string,
  directory: Directory,
): Promise<string> {
  const did = await resolveHandle(call.fetch, directory.service, handle, call.now())
  if (did) return serverOf(call.fetch, directory, did)
  throw new WrongInput('handle', 'Nobody has this handle. Check its spelling.')
}

/** How servers say no to a handle with a password: 401, and 400 for what cannot be one. */
const refusals: string[] = ['access_revoked', 'content_refused']

async function createSession(
  call: ConnectCall,
  server: string,
  { handle, password, field }: { handle: string; password: string; field: string },
) {
  const [fetchFrom, now] = [call.fetch, call.now()]
  const request = {
    method: 'POST',
    name: 'com.atproto.server.createSession',
    body: { identifier: handle, password },
  } as const
  try {
    return (await xrpc(fetchFrom, server, request, { phase: 'connect', now, field })).body
  } catch (error) {
    if (error instanceof NetworkError && refusals.includes(error.kind))
      throw new NetworkError(
        'no',
        'not_permitted',
        because('password_unknown', { host: hostOf(server) }),
        { cause: error },
      )
    throw error
  }
}

function tokensIn(body: unknown): { accessJwt: string; refreshJwt: string } | null {
  const accessJwt = textAt(body, 'accessJwt')
  const refreshJwt = textAt(body, 'refreshJwt')
  return accessJwt && refreshJwt ? { accessJwt, refreshJwt } : null
}

/** The end of a token's life, from the token; null where it does not say. */
export function expiryOf(jwt: string): Date | null {
  const exp = valueAt(claimsOf(jwt), 'exp')
  return typeof exp === 'number' ? new Date(exp * 1000) : null
}

/** Whose session a token opens; undefined where it does not say. */
export const ownerOf = (jwt: string): string | undefined => textAt(claimsOf(jwt), 'sub')

function claimsOf(jwt: string): unknown {
  try {
    return JSON.parse(Buffer.from(jwt.split('.')[1] ?? '', 'base64url').toString())
  } catch {
    return null
  }
}

const good = (jwt: string | undefined, now: Date): boolean => {
  const expiry = jwt ? expiryOf(jwt) : null
  return expiry !== null && expiry.getTime() - now.getTime() > enoughMs
}

/** Renews the session where it is about to end. Renewal tokens work once, so one process at a time, newest secrets first. */
export async function refresh(call: Call): Promise<void> {
  if (good(call.channel.secrets.accessJwt, call.now())) return
  await call.channel.exclusively(async (newest) => {
    if (good(newest.accessJwt, call.now())) return
    const tokens = await renewed(call, newest.refreshJwt ?? '')
    await call.channel.saveSecrets({ ...newest, ...tokens }, expiryOf(tokens.refreshJwt))
  })
}

async function renewed(
  call: Call,
  refreshJwt: string,
): Promise<{ accessJwt: string; refreshJwt: string }> {
  const { origin } = call.channel
  const asked = { phase: 'other', now: call.now() } as const
  const request = { method: 'POST', name: 'com.atproto.server.refreshSession' } as const
  const answer = await send(bearer(call.fetch, refreshJwt), origin, request, asked)
  const tokens = tokensIn(answer.body)
  if (answer.status === 200 && tokens) return tokens
  if (isOver(answer))
    throw new NetworkError(
      'no',
      'access_revoked',
      because('access_ended', { host: hostOf(origin) }),
    )
  const refused = refusedBy({ ...asked, host: hostOf(origin) }, answer)
  if (refused.kind !== 'content_refused') throw refused
  throw new NetworkError(
    'no',
    'server_busy',
    because('access_not_renewed', { host: hostOf(origin) }),
    {
      cause: refused,
    },
  )
}

/** Codes that say of a renewal token that waiting cannot help it. */
const ended = ['ExpiredToken', 'InvalidToken', 'AuthenticationRequired', 'AccountNotFound']

/** A server that lost the account has no code of its own for that. */
function isOver({ body }: Answer): boolean {
  const code = textAt(body, 'error') ?? ''
  const lost = /^Could not find user info/.test(textAt(body, 'message') ?? '')
  return ended.includes(code) || (code === 'InvalidRequest' && lost)
}

export function bearer(fetchFrom: typeof fetch, token: string): Fetch {
  return (url, init) => {
    const headers = new Headers(init.headers)
    headers.set('authorization', `Bearer ${token}`)
    return fetchFrom(url, { ...init, headers })
  }
}
