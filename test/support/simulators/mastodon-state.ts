/** What the Mastodon simulator remembers. */

export interface Account {
  id: string
  username: string
  password: string
  name: string
}

export interface SimulatedStatus {
  id: string
  account: Account
  text: string
  createdAt: Date
  inReplyTo: string | null
  mediaIds: string[]
  visibility: string
  language: string | null
}

export interface Upload {
  id: string
  account: Account
  description: string
  mime: string
  bytes: number
  /** Looks that still answer 206. */
  pending: number
  usedBy: string | null
}

/** A request to post a status, when it came by the simulator's clock, in epoch milliseconds. */
export interface Arrival {
  at: number
  account: string
  text: string
}

interface Grant {
  clientId: string
  redirectUri: string
  scopes: string[]
  challenge: string
  account: Account
  until: number
}

export interface MastodonState {
  origin: string
  now(): Date
  maxCharacters: number
  /** Looks at an upload before it is ready; 0: ready at once. */
  processingLooks: number
  /** False: repeats with the same Idempotency-Key are new statuses, as on GoToSocial. */
  keepsKeys: boolean
  /** True: what it lists is not what was written, as with Markdown, shortened links and emoji. */
  rewrites: boolean
  /** Whether it tells the text as it was sent. */
  keepsSource: boolean
  accounts: Map<string, Account>
  /** Accounts of other servers that it has met, like `grace@elsewhere.example`. */
  met: Set<string>
  apps: Map<
    string,
    { clientId: string; clientSecret: string; redirectUri: string; scopes: string[] }
  >
  codes: Map<string, Grant>
  tokens: Map<string, { account: Account; scopes: string[]; clientId: string }>
  uploads: Map<string, Upload>
  statuses: SimulatedStatus[]
  /** Every request to post, the refused and the repeated ones too. */
  arrivals: Arrival[]
  keys: Map<string, { status: SimulatedStatus; until: number }>
  /** Instants of posts per account, for the rate limit. */
  posted: Map<string, number[]>
  lastId: number
}
