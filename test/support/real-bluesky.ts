/** The real Bluesky server of `scripts/peers`, for tests: accounts on it, and what anybody can see of them. */
import { randomBytes } from 'node:crypto'
import { createBluesky } from '../../networks/bluesky/network.ts'
import type { Connected, ConnectCall, Json } from '../../networks/network.ts'
import { ensureBlueskyPds, type BlueskyPds } from '../../scripts/peers/bluesky-pds.ts'
import type { LossyProxy } from './lossy-proxy.ts'
import { lossyProxy } from './lossy-proxy.ts'

/** Folder of the server's packages; empty, with the reason said aloud, when they cannot be had. */
export async function blueskyPdsFolder(): Promise<string> {
  try {
    return await ensureBlueskyPds()
  } catch (error) {
    console.error(`no Bluesky server: ${(error as Error).message}`)
    return ''
  }
}

export interface Person {
  did: string
  handle: string
  password: string
  accessJwt: string
}

export interface SeenRecord {
  uri: string
  cid: string
  value: { [key: string]: Json }
}

const collection = 'app.bsky.feed.post'

/** One request to the server itself, past the product. Throws unless it succeeds. */
export async function xrpc<T>(
  { origin }: Pick<BlueskyPds, 'origin'>,
  name: string,
  asked: {
    body?: unknown
    params?: Record<string, string>
    authorization?: string
  },
): Promise<T> {
  const query = asked.params ? `?${new URLSearchParams(asked.params)}` : ''
  const answer = await fetch(`${origin}/xrpc/${name}${query}`, {
    method: asked.body === undefined ? 'GET' : 'POST',
    headers: {
      'content-type': 'application/json',
      ...(asked.authorization && { authorization: asked.authorization }),
    },
    ...(asked.body !== undefined && { body: JSON.stringify(asked.body) }),
  })
  const text = await answer.text()
  if (!answer.ok) throw new Error(`${name}: ${answer.status} ${text}`)
  return (text ? JSON.parse(text) : null) as T
}

/** A new account, signed in with its own password. */
export async function addPerson(pds: BlueskyPds): Promise<Person> {
  const name = `ada-${randomBytes(5).toString('hex')}`
  const handle = `${name}.test`
  const password = 'four words in a row'
  const made = await xrpc<{ did: string; accessJwt: string }>(
    pds,
    'com.atproto.server.createAccount',
    { body: { email: `${name}@example.org`, handle, password } },
  )
  return { did: made.did, handle, password, accessJwt: made.accessJwt }
}

/** An app password as a person makes it in the app's settings. */
export async function appPassword(pds: BlueskyPds, person: Person): Promise<string> {
  const made = await xrpc<{ password: string }>(pds, 'com.atproto.server.createAppPassword', {
    body: { name: 'PostAura' },
    authorization: `Bearer ${person.accessJwt}`,
  })
  return made.password
}

/** All posts of an account as anybody can read them, oldest first. */
export async function postsOf(pds: BlueskyPds, did: string): Promise<SeenRecord[]> {
  const params = { repo: did, collection, limit: '100', reverse: 'true' }
  const { records } = await xrpc<{ records: SeenRecord[] }>(pds, 'com.atproto.repo.listRecords', {
    params,
  })
  return records
}

/** The operator's password, as the developers' kit sets it. */
const asOperator = `Basic ${Buffer.from('admin:admin-pass').toString('base64')}`

/** As if the person had left the server. */
export async function deleteAccount(pds: BlueskyPds, did: string): Promise<void> {
  const asked = { body: { did }, authorization: asOperator }
  await xrpc(pds, 'com.atproto.admin.deleteAccount', asked)
}

/** As if the server's operator had banned the account. */
export async function takeDown(pds: BlueskyPds, did: string): Promise<void> {
  const subject = { $type: 'com.atproto.admin.defs#repoRef', did }
  const body = { subject, takedown: { applied: true, ref: '1' } }
  const asked = { body, authorization: asOperator }
  await xrpc(pds, 'com.atproto.admin.updateSubjectStatus', asked)
}

/** The server through a proxy that loses what it is told to lose. */
export const lossyPds = (pds: BlueskyPds): Promise<LossyProxy> =>
  lossyProxy(pds.origin, {
    publish: ['POST /xrpc/com.atproto.repo.putRecord', 'POST /xrpc/com.atproto.repo.applyWrites'],
    get: ['GET /xrpc/com.atproto.repo.getRecord'],
    refresh: ['POST /xrpc/com.atproto.server.refreshSession'],
  })

/** The product's network for this server. */
export const networkOf = (pds: BlueskyPds) => createBluesky({ service: pds.origin, plc: pds.plc })

export function connectCall(parts: Partial<ConnectCall> = {}): ConnectCall {
  return {
    fetch,
    now: () => new Date(),
    redirectUri: 'http://127.0.0.1:3000/channels/callback',
    state: randomBytes(16).toString('hex'),
    apps: { get: async () => null, put: async () => undefined },
    ...parts,
  }
}

/** Connects an account by an app password, as the product does. `server` is the address that the person types. */
export async function connectByPassword(
  pds: BlueskyPds,
  person: Person,
  server: string,
): Promise<Connected> {
  const method = networkOf(pds).connect.app_password!
  if (method.kind !== 'form') throw new Error('app passwords are typed into a form')
  const password = await appPassword(pds, person)
  return method.connect(connectCall(), { handle: person.handle, password, server })
}
