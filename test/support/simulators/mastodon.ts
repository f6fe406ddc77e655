/** A strict Mastodon server in this process: real rules, an injected clock, faults at will, and an inspector. */
import { issueToken, oauthRoutes } from './mastodon-oauth.ts'
import { statusRoutes } from './mastodon-statuses.ts'
import type { Account, Arrival, MastodonState, SimulatedStatus, Upload } from './mastodon-state.ts'
import type { FaultPlan } from './faults.ts'
import { serve } from './server.ts'

export interface MastodonOptions {
  now?(): Date
  port?: number
  maxCharacters?: number
  processingLooks?: number
  keepsKeys?: boolean
  rewrites?: boolean
  keepsSource?: boolean
  accounts?: { username: string; password: string; name?: string }[]
  /** Accounts of other servers that it has met. */
  met?: string[]
}

export interface MastodonSimulator {
  origin: string
  faults: FaultPlan
  /** What anybody can see of an account, oldest first. */
  visible(username: string): SimulatedStatus[]
  /** Every request to post, in the order in which they came. */
  arrivals(): Arrival[]
  upload(id: string): Upload | undefined
  account(username: string): Account
  /** A token without the sign-in, for tests of publishing. */
  token(username: string, scopes?: string[]): string
  /** As if the person had taken the access away. */
  revokeAll(): void
  close(): Promise<void>
}

const allScopes = ['profile', 'read:statuses', 'write:statuses', 'write:media']

export async function mastodonSimulator(options: MastodonOptions = {}): Promise<MastodonSimulator> {
  const state: MastodonState = {
    origin: '',
    now: options.now ?? (() => new Date()),
    maxCharacters: options.maxCharacters ?? 500,
    processingLooks: options.processingLooks ?? 1,
    keepsKeys: options.keepsKeys ?? true,
    rewrites: options.rewrites ?? false,
    keepsSource: options.keepsSource ?? true,
    accounts: new Map(),
    met: new Set(options.met),
    apps: new Map(),
    codes: new Map(),
    tokens: new Map(),
    uploads: new Map(),
    statuses: [],
    arrivals: [],
    keys: new Map(),
    posted: new Map(),
    lastId: 1000,
  }
  const people = options.accounts ?? [{ username: 'ada', password: 'ada-password' }]
  people.forEach(({ username, password, name }, index) =>
    state.accounts.set(username, {
      id: String(index + 1),
      username,
      password,
      name: name ?? username,
    }),
  )
  const { origin, faults, close } = await serve({
    routes: { ...oauthRoutes(state), ...statusRoutes(state) },
    now: state.now,
    ...(options.port !== undefined && { port: options.port }),
    headers: () => ({ 'x-ratelimit-limit': '300' }),
  })
  state.origin = origin
  const account = (username: string): Account => {
    const found = state.accounts.get(username)
    if (found) return found
    throw new Error(`the simulator has no account ${username}`)
  }
  return {
    origin,
    faults,
    close,
    account,
    visible: (username) => state.statuses.filter((status) => status.account === account(username)),
    arrivals: () => [...state.arrivals],
    upload: (id) => state.uploads.get(id),
    token: (username, scopes = allScopes) => issueToken(state, account(username), scopes, 'test'),
    revokeAll: () => state.tokens.clear(),
  }
}
