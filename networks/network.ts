/**
 * What a network does: the functions beside its manifest. Networks see the world only through the `Call` they are handed: the guarded
 * fetch, the clock, the channel's opened secrets. Nothing here opens a database or reads the environment.
 */
import { because, refusals, type Because } from '#contract/posts/refusals.ts'
import type { PostContent } from './findings.ts'
import type { Manifest } from './manifest.ts'

export type Json = null | boolean | number | string | Json[] | { [key: string]: Json }

/** One connected account, with its secrets already opened for this call. */
export interface ChannelAccess {
  id: string
  network: string
  /** The account's id on the network (account id, DID, slug). */
  remoteId: string
  /** Base URL of the server that holds the account, without a trailing slash; for the product's own network its own address. */
  origin: string
  handle: string
  settings: Record<string, Json>
  secrets: Record<string, string>
  expiresAt: Date | null
  /** Seals and stores new secrets at once, before they are used (refresh tokens rotate). */
  saveSecrets(secrets: Record<string, string>, expiresAt: Date | null): Promise<void>
  /** Runs one refresh at a time for this channel, over all processes; `fn` is handed the newest secrets. */
  exclusively<T>(fn: (secrets: Record<string, string>) => Promise<T>): Promise<T>
}

export interface Call {
  /** Guarded HTTP: SSRF check, timeouts, size caps. Throws on no answer; an HTTP error status is returned, not thrown. */
  fetch: typeof fetch
  now(): Date
  channel: ChannelAccess
  /** Tables of our own behind the port that the manifest names; the network's folder says what they can do. */
  port?: unknown
  /** The delivery this call is for, absent for channel-level calls. */
  deliveryId?: string
  /** From when on the post may be seen, where the network takes it before (`ahead: 'post'`). */
  showAt?: Date
}

export interface MediaItem {
  assetId: string
  mime: string
  bytes: number
  width: number
  height: number
  alt: string
  /** As the network takes it: as it is where that fits, else encoded smaller. Throws `media_refused` when it cannot be made to fit. */
  within(limit: MediaLimit): Promise<MediaFile>
}

export interface MediaLimit {
  bytesMax: number
  mimes: string[]
}

/** A file whose bytes are read as they are sent, so that nobody holds all of them. */
export interface MediaFile {
  mime: string
  bytes: number
  width: number
  height: number
  /** The bytes from `from` up to and without `to`, all unless said. As often as wanted, each time a stream of its own. */
  open(range?: { from: number; to: number }): ReadableStream<Uint8Array<ArrayBuffer>>
}

/** The post as one channel gets it: mentions resolved, own text applied, media at hand. */
export interface OutgoingPost {
  content: PostContent
  media: Map<string, MediaItem>
}

/** Writes down what a preparation has done so far: what the network acknowledged before is not uploaded again. */
export type Keep = (state: Json) => Promise<void>

/** What arming freezes: nothing of it changes between the first call and the last look. */
export interface Frozen {
  /** The request body or bodies, complete; hashed by the ledger. */
  payload: Json
  /** What `find` needs to recognise the post (rkey, Idempotency-Key, slug …). */
  handle: Json
}

/** What stands below a post about the page it links to. */
export interface LinkCard {
  title: string
  description: string
  image: { bytes: Uint8Array<ArrayBuffer>; mime: string } | null
}

export interface Published {
  remoteId: string
  permalink: string
  /** Of a thread, in its order; absent: it has one part. */
  parts?: Stood[]
}

/** One part that is public, as `remove` takes it. */
export interface Stood {
  remoteId: string
  permalink: string
}

export type Found =
  | { state: 'found'; published: Published }
  /**
   * The network does not have it. By `identity`: it was asked for this very post. By `listing`: nothing that it lists can be it, so a request
   * that is still on its way may yet arrive.
   */
  | { state: 'absent'; by: 'identity' | 'listing' }
  /** Its first parts are there, and by its listing none of the others. */
  | { state: 'part'; stands: Stood[] }
  /** The network cannot tell; `shown` is what it showed instead, for a person to judge. */
  | { state: 'unknown'; shown: { text: string; url: string; at: string }[] }

/** Why a network said no, in a closed set: each has its sentence and its fix in the product. */
export type RefusalKind =
  | 'content_refused'
  | 'media_refused'
  | 'access_revoked'
  /** The access we hold belongs to another account than the one that was connected. */
  | 'other_account'
  | 'not_permitted'
  | 'rate_limited'
  | 'server_busy'
  | 'unreachable'

/**
 * What a network function throws. `no`: certainly not published. `ambiguous`: nobody knows yet. Only `no` may be tried again.
 * `because` is kept, and its sentence is the message: for people, without secrets or post text.
 */
export class NetworkError extends Error {
  readonly verdict: 'no' | 'ambiguous'
  readonly kind: RefusalKind
  readonly because: Because
  readonly retryAt: Date | undefined
  /** Parts of a thread that are public all the same, in its order; then `no` is said of the next one. */
  readonly stands: Stood[]
  /** Name of the connect field that led to a server which could not be reached. */
  readonly field: string | undefined
  constructor(
    verdict: 'no' | 'ambiguous',
    kind: RefusalKind,
    why: Because,
    options: {
      retryAt?: Date
      field?: string | undefined
      stands?: Stood[]
      cause?: unknown
    } = {},
  ) {
    super(refusals.say(why), { cause: options.cause })
    this.name = 'NetworkError'
    this.because = why
    this.verdict = verdict
    this.kind = kind
    this.retryAt = options.retryAt
    this.stands = options.stands ?? []
    this.field = options.field
  }
}

/** What a person typed to connect an account cannot be used: said at the field, whose name this is, and kept nowhere. */
export class WrongInput extends NetworkError {
  declare readonly field: string
  constructor(field: string, detail: string, options: { cause?: unknown } = {}) {
    super('no', 'content_refused', because('input_unusable', { field }), { ...options, field })
    this.message = detail
  }
}

/** The result of connecting: the account and what it granted (never what was asked for). */
export interface Connected {
  remoteId: string
  name: string
  handle: string
  origin: string
  url: string
  settings: Record<string, Json>
  secrets: Record<string, string>
  scopes: string[]
  /** When a person has to connect again, unless the access is renewed before; null: it does not end by itself. Not the end of one token. */
  expiresAt: Date | null
}

export interface ConnectCall {
  fetch: typeof fetch
  now(): Date
  /** The address the network sends people back to, as registered there. */
  redirectUri: string
  /** Opaque, single-use; comes back in the callback as `state`. */
  state: string
  /** Client registrations per server, kept sealed by the caller. */
  apps: {
    get(origin: string): Promise<Record<string, string> | null>
    put(origin: string, app: Record<string, string>): Promise<void>
  }
}

/** A JSON document that anybody may read. `path` begins with the network's own name below `/oauth/`. */
export interface PublicDocument {
  path: string
  /** `redirectUri` is below `publicUrl`, which is https. */
  body(publicUrl: string, redirectUri: string): object
}

/** The functions behind one way of connecting; its form stands in the manifest, under the same name. */
export type ConnectMethod =
  | {
      kind: 'oauth'
      /** Returns where to send the person, and what `finish` needs (kept sealed until the callback). */
      begin(
        call: ConnectCall,
        input: Record<string, string>,
      ): Promise<{ url: string; pending: Json }>
      finish(call: ConnectCall, query: Record<string, string>, pending: Json): Promise<Connected>
    }
  | {
      kind: 'form'
      connect(call: ConnectCall, input: Record<string, string>): Promise<Connected>
    }

export interface Network {
  manifest: Manifest
  /** True: an account has the same id on every server, and keeps it when it moves. Absent: each server numbers its own. */
  accountsMove?: boolean
  /** Whether the channel's server keeps repeats apart for the manifest's `dedupeWindow`; absent: every server does. */
  keepsKeys?(settings: Record<string, Json>): boolean
  /**
   * What can be done in the seconds before the instant. `connection`: `publish` reaches the world by `call.fetch` alone, so it may be begun early
   * and its first request is held until the instant. `post`: the network takes the post at once and shows it to nobody before `call.showAt`.
   * Absent: nothing.
   */
  ahead?: 'connection' | 'post'
  /** Documents about us that the network reads at our public address; served where that is https. */
  documents?: PublicDocument[]
  /** By the names of the manifest. */
  connect: Record<string, ConnectMethod>
  /** Makes tokens good for the next minutes; called before arming, never after. */
  refresh?(call: Call): Promise<void>
  /**
   * Throws `other_account` when the access is another account's than the channel's; called before arming. What cannot be asked says nothing:
   * publishing will.
   */
  verify?(call: Call): Promise<void>
  /**
   * Uploads media and resolves what needs the network (mentions, cards); its result goes to `compose`. It may be broken off anywhere and is
   * then run again, maybe for changed words: `state` is what it kept last, null at first, so each upload is kept by its file and what goes
   * up with it. `keep` resolves when the state is on disk, and throws when this preparation is no longer wanted.
   */
  prepare(call: Call, post: OutgoingPost, state: Json, keep: Keep): Promise<Json>
  /** The card that `prepare` makes of a link, for a preview; null: the page gives none. Absent: the network makes its cards itself, or none. */
  card?(fetchFrom: typeof fetch, url: string): Promise<LinkCard | null>
  /** What a person should know about what `prepare` found. */
  remarks?(prepared: Json): Because[]
  /** Freezes payload and handle at arming; pure. `token` is the ledger's client token (UUID), `at` the arming instant. */
  compose(
    post: OutgoingPost,
    prepared: Json,
    frozen: { token: string; at: Date; channel: ChannelAccess },
  ): Frozen
  /** The one call that makes it public; goes on below the parts of a thread that stand already. */
  publish(call: Call, frozen: Frozen, stands?: Stood[]): Promise<Published>
  /**
   * Asks the network whether `frozen`, first sent after `since`, is there. `others` are the `remoteId`s of what is known to be other posts, `stands` its own parts that are known.
   * Words that a server may rewrite never prove absence. Never sends anything.
   */
  find(
    call: Call,
    frozen: Frozen,
    since: Date,
    known?: { others: string[]; stands: Stood[] },
  ): Promise<Found>
  /** Takes a published post down; gone already counts as done. */
  remove?(call: Call, published: Published): Promise<void>
  metrics?(call: Call, published: Published): Promise<Record<string, number>>
  /** Asks whether the connection still works; throws NetworkError when it does not. */
  check?(call: Call): Promise<{ name: string; handle: string }>
  /** Gives the access back to the network when a channel is disconnected. Best effort: the caller deletes its secrets in any case. */
  disconnect?(call: Call): Promise<void>
}
