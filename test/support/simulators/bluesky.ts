/**
 * A strict, minimal personal data server with its own directory: sessions, records, blobs, faults at will, and an inspector. It answers as the real
 * one (`test/networks/bluesky-simulator.test.ts` asks both), except that it refuses what the real one lets pass and readers would stumble over:
 * unknown fields, marks beyond the text, replies to nothing, images of more than the older servers' 1,000,000 bytes.
 */
import { createHash } from 'node:crypto'
import type { Json } from '../../../networks/network.ts'
import { checkKey, checkPost, collection, invalid } from './bluesky-records.ts'
import {
  accountNotFound,
  actor,
  author,
  createSession,
  deleteSession,
  didDocument,
  issue,
  knownAs,
  profileOf,
  refreshSession,
  repoOf,
  userNotFound,
} from './bluesky-sessions.ts'
import type { BlueskyState, Repo } from './bluesky-state.ts'
import type { FaultPlan } from './faults.ts'
import {
  escaped,
  fieldsOf,
  Refused,
  serve,
  type Incoming,
  type Reply,
  type Routes,
} from './server.ts'

export interface BlueskyOptions {
  now?(): Date
  port?: number
  uploadBytesMax?: number
  accounts?: { handle: string; password: string }[]
}

export interface BlueskySimulator {
  origin: string
  faults: FaultPlan
  did(handle: string): string
  /** What anybody can see of an account. */
  visible(handle: string): { rkey: string; cid: string; value: { [key: string]: Json } }[]
  /** A session without the log-in. */
  session(handle: string): { accessJwt: string; refreshJwt: string }
  sessionsCreated(): number
  /** As if every person had taken our app password back: nothing can be renewed, and what is still good runs out. */
  revokeAll(): void
  /** As if the person had left the server. */
  deleteAccount(handle: string): void
  close(): Promise<void>
}

export async function blueskySimulator(options: BlueskyOptions = {}): Promise<BlueskySimulator> {
  const state: BlueskyState = {
    origin: '',
    now: options.now ?? (() => new Date()),
    uploadBytesMax: options.uploadBytesMax ?? 5_000_000,
    repos: new Map(),
    renewals: new Map(),
    access: new Map(),
    sessionsCreated: 0,
    commits: 0,
  }
  for (const { handle, password } of options.accounts ?? [
    { handle: 'ada.test', password: 'ada-password' },
  ]) {
    const did = `did:plc:${createHash('sha256').update(handle).digest('hex').slice(0, 24)}`
    state.repos.set(did, {
      did,
      handle,
      password,
      active: true,
      deleted: false,
      records: new Map(),
      blobs: new Map(),
    })
  }
  const listening = await serve({
    routes: routes(state),
    now: state.now,
    ...(options.port !== undefined && { port: options.port }),
  })
  state.origin = listening.origin
  const repo = (handle: string): Repo => repoOf(state, handle)
  return {
    ...listening,
    did: (handle) => repo(handle).did,
    visible: (handle) =>
      [...repo(handle).records].map(([key, stored]) => ({ rkey: key.split('/')[1]!, ...stored })),
    session: (handle) => issue(state, repo(handle)),
    sessionsCreated: () => state.sessionsCreated,
    revokeAll: () => state.renewals.forEach((held) => (held.until = 0)),
    deleteAccount: (handle) => void (repo(handle).deleted = true),
  }
}

function routes(state: BlueskyState): Routes {
  const xrpc = (name: string) => `/xrpc/com.atproto.${name}`
  const on = (label: string, handle: (request: Incoming) => Reply) => ({ label, handle })
  return {
    [`POST ${xrpc('server.createSession')}`]: on('session', (request) =>
      createSession(state, request),
    ),
    [`POST ${xrpc('server.refreshSession')}`]: on('refresh', (request) =>
      refreshSession(state, request),
    ),
    [`POST ${xrpc('server.deleteSession')}`]: on('revoke', (request) =>
      deleteSession(state, request),
    ),
    [`GET ${xrpc('server.getSession')}`]: on('verify', (request) => getSession(state, request)),
    [`GET ${xrpc('identity.resolveHandle')}`]: on('resolve', (request) => ({
      status: 200,
      body: { did: repoOf(state, request.url.searchParams.get('handle') ?? '').did },
    })),
    'GET /did:plc:did': on('directory', (request) => ({
      status: 200,
      body: didDocument(state, repoOf(state, `did:plc:${request.params.did}`)),
    })),
    [`POST ${xrpc('repo.putRecord')}`]: on('publish', (request) => putRecord(state, request)),
    [`POST ${xrpc('repo.applyWrites')}`]: on('publish', (request) => applyWrites(state, request)),
    [`POST ${xrpc('repo.deleteRecord')}`]: on('delete', (request) => deleteRecord(state, request)),
    [`POST ${xrpc('repo.uploadBlob')}`]: on('upload', (request) => uploadBlob(state, request)),
    [`GET ${xrpc('repo.getRecord')}`]: on('get', (request) => getRecord(state, request)),
    [`GET ${xrpc('repo.listRecords')}`]: on('list', (request) => listRecords(state, request)),
    'GET /profile/:did/post/:rkey': on('page', (request) => page(state, request)),
    'GET /profile/:did': on('page', (request) => page(state, request)),
  }
}

function getSession(state: BlueskyState, request: Incoming): Reply {
  const repo = actor(state, request)
  if (repo.deleted) throw userNotFound(repo)
  return { status: 200, body: profileOf(state, repo) }
}

/** The repository a write is for: the signed-in account's own. */
function ownRepo(
  state: BlueskyState,
  request: Incoming,
): { repo: Repo; fields: Record<string, unknown> } {
  const repo = author(state, request)
  const fields = fieldsOf(request)
  if (!knownAs(state, String(fields.repo))) throw accountNotFound()
  if (fields.repo !== repo.did && fields.repo !== repo.handle)
    throw new Refused(401, { error: 'AuthenticationRequired', message: 'Authentication Required' })
  return { repo, fields }
}

function putRecord(state: BlueskyState, request: Incoming): Reply {
  const { repo, fields } = ownRepo(state, request)
  const key = keyOf(fields)
  const made = checkPost(repo, fields.record as Json, new Map())
  const there = repo.records.get(key)
  const swap = fields.swapRecord
  if (there?.cid !== made.cid && swap !== undefined && swap !== (there?.cid ?? null))
    throw new Refused(400, { error: 'InvalidSwap', message: 'Record was at another cid' })
  if (there?.cid !== made.cid) state.commits += 1
  repo.records.set(key, made)
  return {
    status: 200,
    body: { uri: `at://${repo.did}/${key}`, cid: made.cid, validationStatus: 'valid' },
  }
}

function keyOf(fields: Record<string, unknown>): string {
  if (fields.collection !== collection) throw invalid('this simulator takes posts only')
  return `${collection}/${checkKey(fields.rkey)}`
}

/** All writes or none. As on the real server a key in use is an internal error. */
function applyWrites(state: BlueskyState, request: Incoming): Reply {
  const { repo, fields } = ownRepo(state, request)
  const writes = (Array.isArray(fields.writes) ? fields.writes : []) as Record<string, unknown>[]
  const made = new Map<string, ReturnType<typeof checkPost>>()
  for (const write of writes) {
    if (write.$type !== 'com.atproto.repo.applyWrites#create')
      throw invalid('this simulator takes creates only')
    const key = keyOf(write)
    if (repo.records.has(key) || made.has(key))
      throw new Refused(500, { error: 'InternalServerError', message: 'Internal Server Error' })
    const parents = new Map([...made].map(([name, { cid }]) => [name, cid]))
    made.set(key, checkPost(repo, write.value as Json, parents))
  }
  for (const [key, stored] of made) repo.records.set(key, stored)
  state.commits += 1
  const results = [...made].map(([key, { cid }]) => ({
    $type: 'com.atproto.repo.applyWrites#createResult',
    uri: `at://${repo.did}/${key}`,
    cid,
  }))
  return { status: 200, body: { results } }
}

function deleteRecord(state: BlueskyState, request: Incoming): Reply {
  const { repo, fields } = ownRepo(state, request)
  repo.records.delete(keyOf(fields))
  return { status: 200, body: {} }
}

function uploadBlob(state: BlueskyState, request: Incoming): Reply {
  const repo = author(state, request)
  const { body, headers } = request
  const mime = headers['content-type'] ?? ''
  if (body.length > state.uploadBytesMax)
    throw new Refused(413, { error: 'PayloadTooLarge', message: 'request entity too large' })
  if (!/^[a-z]+\/[a-z0-9.+-]+$/.test(mime)) throw invalid('content-type')
  // The real one's form: CIDv1, raw, SHA-256.
  const cid = `bafkrei${createHash('sha256')
    .update(body)
    .digest('hex')
    .replace(/[0189]/g, 'a')
    .slice(0, 52)}`
  repo.blobs.set(cid, { mime, bytes: body.length })
  return {
    status: 200,
    body: { blob: { $type: 'blob', ref: { $link: cid }, mimeType: mime, size: body.length } },
  }
}

function getRecord(state: BlueskyState, request: Incoming): Reply {
  const { searchParams } = request.url
  const repo = knownAs(state, searchParams.get('repo') ?? '')
  // It asks the network's public view about accounts that it does not have, and here there is none.
  if (!repo)
    throw new Refused(502, {
      error: 'UpstreamFailure',
      message: 'Upstream service unreachable',
    })
  const key = `${searchParams.get('collection')}/${searchParams.get('rkey')}`
  const found = repo.records.get(key)
  if (!found)
    throw new Refused(400, { error: 'RecordNotFound', message: 'Could not locate record' })
  return { status: 200, body: { uri: `at://${repo.did}/${key}`, ...found } }
}

function listRecords(state: BlueskyState, request: Incoming): Reply {
  const repo = repoOf(state, request.url.searchParams.get('repo') ?? '')
  const records = [...repo.records].map(([key, stored]) => ({
    uri: `at://${repo.did}/${key}`,
    ...stored,
  }))
  return { status: 200, body: { records: records.reverse() } }
}

/** A page for people who try the product. */
function page(state: BlueskyState, request: Incoming): Reply {
  const repo = repoOf(state, decodeURIComponent(request.params.did ?? ''))
  const posts = [...repo.records]
    .filter(([key]) => !request.params.rkey || key.endsWith(request.params.rkey))
    .map(
      ([, { value }]) =>
        `<article><p>${escaped(String(value.text)).replaceAll('\n', '<br>')}</p><time>${escaped(String(value.createdAt))}</time></article><hr>`,
    )
  const title = `@${escaped(repo.handle)}`
  return {
    status: 200,
    body: `<!doctype html><html lang="en"><meta charset="utf-8"><title>${title}</title><h1>${title}</h1>${posts.reverse().join('')}</html>`,
  }
}
