/**
 * Bluesky and every atproto server. Recovery class: client-chosen id. The record's key is chosen at arming, so a repeat is the same record and
 * the server can say whether it has it.
 */
import { because } from '#contract/posts/refusals.ts'
import { hostOf, otherAccount, textAt, valueAt, type Phase } from '../answers.ts'
import {
  NetworkError,
  type Call,
  type ConnectMethod,
  type Found,
  type Frozen,
  type Network,
  type Published,
} from '../network.ts'
import { readCard } from './card.ts'
import { clientMetadata, clientMetadataPath } from './client-metadata.ts'
import { serverFrom, type Directory } from './identity.ts'
import * as password from './password.ts'
import { prepare, remarks } from './prepare.ts'
import { collection, compose, type Payload, type Write } from './records.ts'
import { manifest } from './manifest.ts'
import { refusedBy, send, xrpc, type Fetch, type Request } from './xrpc.ts'

export interface BlueskyOptions {
  /** Resolves handles for everybody. */
  service: string
  /** The directory of `did:plc` identities. */
  plc: string
  /** A public view that counts likes; without one there are no figures. */
  appView?: string
}

export const publicDirectory: Directory = {
  service: 'https://bsky.social',
  plc: 'https://plc.directory',
}

/** The network for one set of public services. */
export function createBluesky(options: BlueskyOptions): Network {
  const authorized = (call: Call) => fetchFor(call, options)
  return {
    manifest,
    ahead: 'connection',
    documents: [{ path: clientMetadataPath, body: clientMetadata }],
    connect: { app_password: password.appPassword(options), oauth: oauth(options) },
    refresh: async (call) =>
      isOauth(call) ? (await signIn()).refresh(call, options) : password.refresh(call),
    accountsMove: true,
    verify: async (call) => verify(call),
    prepare: async (call, post, state, keep) =>
      prepare(call, post, { authorized: await authorized(call), state, keep }),
    card: readCard,
    remarks,
    compose,
    publish: async (call, frozen) => publish(call, await authorized(call), frozen),
    find,
    remove: async (call, post) => remove(call, await authorized(call), post),
    check: async (call) => check(call, await authorized(call)),
    disconnect: async (call) =>
      isOauth(call) ? (await signIn()).revoke(call, options) : endSession(call),
    ...(options.appView && { metrics: counter(serverFrom(options.appView)!) }),
  }
}

export const bluesky: Network = createBluesky(publicDirectory)

/** The official client stays unread (some 20 MB) until somebody signed in with it. */
const signIn = () => import('./oauth.ts')

function oauth(directory: Directory): ConnectMethod {
  return {
    kind: 'oauth',
    begin: async (call, input) => (await signIn()).begin(call, input, directory),
    finish: async (call, query, pending) =>
      (await signIn()).finish(call, query, pending, directory),
  }
}

const isOauth = (call: Call): boolean => call.channel.secrets.oauth !== undefined

async function fetchFor(call: Call, directory: Directory): Promise<Fetch> {
  if (isOauth(call)) return (await signIn()).authorized(call, directory)
  return password.bearer(call.fetch, call.channel.secrets.accessJwt ?? '')
}

/** Whose a session of the official client is. */
const ownerOfSession = (session: string): string | undefined =>
  textAt(JSON.parse(session), 'tokenSet', 'sub')

/** A session says whose it is. */
function verify({ channel }: Call): void {
  const { accessJwt, oauth } = channel.secrets
  const owner = oauth ? ownerOfSession(oauth) : password.ownerOf(accessJwt ?? '')
  if (owner && owner !== channel.remoteId)
    throw otherAccount(hostOf(channel.origin), channel.handle)
}

const at = (call: Call, phase: Phase) => ({ phase, now: call.now() })

async function publish(call: Call, authorized: Fetch, frozen: Frozen): Promise<Published> {
  const payload = frozen.payload as unknown as Payload
  const request = payload.writes.length === 1 ? single(payload) : thread(payload)
  await xrpc(authorized, call.channel.origin, request, at(call, 'publish'))
  return published(call, payload.repo, payload.writes)
}

/** `swapRecord: null`: only where nothing stands under this key, or the very same. */
function single({ repo, writes }: Payload): Request {
  const { rkey, value } = writes[0]!
  const body = { repo, collection, rkey, record: value, swapRecord: null }
  return { method: 'POST', name: 'com.atproto.repo.putRecord', body }
}

/** All parts or none. A repeat is refused with a 500, which `find` then clears up. */
function thread({ repo, writes }: Payload): Request {
  const creates = writes.map(({ rkey, value }) => ({
    $type: 'com.atproto.repo.applyWrites#create',
    collection,
    rkey,
    value,
  }))
  return { method: 'POST', name: 'com.atproto.repo.applyWrites', body: { repo, writes: creates } }
}

/** A thread's keys stand together in `remoteId`, the first part's address is the permalink. */
function published(call: Call, repo: string, writes: Pick<Write, 'rkey'>[]): Published {
  const keys = writes.map(({ rkey }) => rkey)
  const app = appOf(call.channel.origin)
  const at = (key: string) => ({
    remoteId: `at://${repo}/${collection}/${key}`,
    permalink: `${app}/profile/${repo}/post/${key.split(',')[0]}`,
  })
  return { ...at(keys.join(',')), parts: keys.map(at) }
}

/** Where people read posts. The public app does not know servers that live on this machine. */
function appOf(origin: string): string {
  return new URL(origin).protocol === 'https:' ? 'https://bsky.app' : origin
}

/** A thread is written in one piece, so one part that is there proves all were. Needs no access: records are public. */
async function find(call: Call, frozen: Frozen): Promise<Found> {
  const { repo, records } = frozen.handle as {
    repo: string
    records: { rkey: string; cid: string }[]
  }
  for (const { rkey } of records)
    if (await isThere(call, repo, rkey))
      return { state: 'found', published: published(call, repo, records) }
  return { state: 'absent', by: 'identity' }
}

async function isThere(call: Call, repo: string, rkey: string): Promise<boolean> {
  const request: Request = {
    method: 'GET',
    name: 'com.atproto.repo.getRecord',
    params: { repo, collection, rkey },
  }
  const answer = await send(call.fetch, call.channel.origin, request, at(call, 'find'))
  if (answer.status === 200 && textAt(answer.body, 'uri')) return true
  if (answer.status === 400 && textAt(answer.body, 'error') === 'RecordNotFound') return false
  throw refusedBy({ ...at(call, 'find'), host: hostOf(call.channel.origin) }, answer)
}

/** Last part first, so that what remains after a failure still reads from its beginning. Deleting twice is one deletion. */
async function remove(call: Call, authorized: Fetch, post: Published): Promise<void> {
  const [repo, , keys] = post.remoteId.replace('at://', '').split('/')
  for (const rkey of (keys ?? '').split(',').reverse()) {
    const request: Request = {
      method: 'POST',
      name: 'com.atproto.repo.deleteRecord',
      body: { repo, collection, rkey },
    }
    await xrpc(authorized, call.channel.origin, request, at(call, 'other'))
  }
}

async function check(call: Call, authorized: Fetch): Promise<{ name: string; handle: string }> {
  const request: Request = { method: 'GET', name: 'com.atproto.server.getSession' }
  const host = hostOf(call.channel.origin)
  const { body } = await xrpc(authorized, call.channel.origin, request, at(call, 'other')).catch(
    (error: unknown) => {
      // Nothing in the question can be refused but the account itself.
      if (!(error instanceof NetworkError) || error.kind !== 'content_refused') throw error
      throw new NetworkError('no', 'access_revoked', because('account_gone', { host }), {
        cause: error,
      })
    },
  )
  if (valueAt(body, 'active') === false)
    throw new NetworkError('no', 'not_permitted', because('account_inactive', { host }))
  const handle = textAt(body, 'handle') ?? call.channel.remoteId
  return { name: handle, handle: `@${handle}` }
}

async function endSession(call: Call): Promise<void> {
  const request: Request = { method: 'POST', name: 'com.atproto.server.deleteSession' }
  const renewal = password.bearer(call.fetch, call.channel.secrets.refreshJwt ?? '')
  await xrpc(renewal, call.channel.origin, request, at(call, 'other'))
}

/** Counts of the first part, as the public view has them. */
function counter(appView: string): NonNullable<Network['metrics']> {
  return async (call, post) => {
    const uris = post.remoteId.split(',')[0]!
    const request: Request = { method: 'GET', name: 'app.bsky.feed.getPosts', params: { uris } }
    const { body } = await xrpc(call.fetch, appView, request, at(call, 'other'))
    const first = (valueAt(body, 'posts') as unknown[] | undefined)?.[0]
    const count = (field: string) => Number(valueAt(first, field) ?? 0)
    return {
      likes: count('likeCount'),
      reposts: count('repostCount'),
      replies: count('replyCount'),
      quotes: count('quoteCount'),
    }
  }
}
