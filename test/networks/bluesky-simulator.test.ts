/** The Bluesky simulator answers as the real server does: the same requests go to both, and status and error must be the same. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startBlueskyPds, type BlueskyPds } from '../../scripts/peers/bluesky-pds.ts'
import * as real from '../support/real-bluesky.ts'
import { blueskySimulator, type BlueskySimulator } from '../support/simulators/bluesky.ts'

const folder = await real.blueskyPdsFolder()
const collection = 'app.bsky.feed.post'
const nobody = 'did:plc:aaaaaaaaaaaaaaaaaaaaaaaa'
const unknownCid = 'bafkreihdwdcefgh4dqkjv67uzcmw7ojee6xedzdetojuzjevtenxquvyku'

/** An account on one of the two. */
interface Side {
  origin: string
  did: string
  handle: string
  access: string
  renewal: string
}

interface Asked {
  name: string
  method?: 'GET' | 'POST'
  params?: Record<string, string>
  body?: unknown
  token?: string
}

async function ask(origin: string, { name, method, params, body, token }: Asked) {
  const query = params ? `?${new URLSearchParams(params)}` : ''
  const isBytes = body instanceof Uint8Array
  const answer = await fetch(`${origin}/xrpc/com.atproto.${name}${query}`, {
    method: method ?? (body === undefined ? 'GET' : 'POST'),
    headers: {
      ...(body !== undefined && { 'content-type': isBytes ? 'image/png' : 'application/json' }),
      ...(token && { authorization: `Bearer ${token}` }),
    },
    ...(body !== undefined && {
      body: isBytes ? (body as Uint8Array<ArrayBuffer>) : JSON.stringify(body),
    }),
  })
  const text = await answer.text()
  return { status: answer.status, body: text ? (JSON.parse(text) as Record<string, any>) : {} }
}

/** What was answered, as far as the product looks at it. */
async function said(side: Side, asked: Asked): Promise<string> {
  const { status, body } = await ask(side.origin, asked)
  return `${status} ${body.error ?? ''}`.trim()
}

async function signedIn(origin: string, handle: string, password: string): Promise<Side> {
  const body = { identifier: handle, password }
  const answer = await ask(origin, { name: 'server.createSession', body })
  const { did, accessJwt: access, refreshJwt: renewal } = answer.body
  return { origin, did, handle, access, renewal } as Side
}

const record = (text: string, more: object = {}) => ({
  $type: collection,
  text,
  createdAt: '2026-11-24T09:00:00.000Z',
  langs: ['en'],
  ...more,
})
const put =
  (rkey: string, value: object, more: object = {}) =>
  (side: Side) => ({
    name: 'repo.putRecord',
    token: side.access,
    body: { repo: side.did, collection, rkey, record: value, swapRecord: null, ...more },
  })
const create = (rkey: string, text: string) => ({
  $type: 'com.atproto.repo.applyWrites#create',
  collection,
  rkey,
  value: record(text),
})
const apply =
  (...writes: object[]) =>
  (side: Side) => ({
    name: 'repo.applyWrites',
    token: side.access,
    body: { repo: side.did, writes },
  })
const get =
  (rkey: string, repo?: string) =>
  (side: Side): Asked => ({
    name: 'repo.getRecord',
    params: { repo: repo ?? side.did, collection, rkey },
  })
const remove = (rkey: string) => (side: Side) => ({
  name: 'repo.deleteRecord',
  token: side.access,
  body: { repo: side.did, collection, rkey },
})
const facet = (uri: string) => ({
  index: { byteStart: 0, byteEnd: 1 },
  features: [{ $type: 'app.bsky.richtext.facet#link', uri }],
})
const image = {
  image: { $type: 'blob', ref: { $link: unknownCid }, mimeType: 'image/png', size: 70 },
  alt: 'x',
  aspectRatio: { width: 1, height: 1 },
}
const images = (count: number) => ({
  embed: { $type: 'app.bsky.embed.images', images: Array.from({ length: count }, () => image) },
})
const withRenewal = (name: string) => (side: Side) => ({
  name: `server.${name}`,
  method: 'POST' as const,
  token: side.renewal,
})

/** In this order on both sides: later ones build on earlier ones. */
const questions: [string, (side: Side) => Asked][] = [
  [
    'a session with a wrong password',
    ({ handle }) => ({
      name: 'server.createSession',
      body: { identifier: handle, password: 'no' },
    }),
  ],
  ['who we are, without a token', () => ({ name: 'server.getSession' })],
  ['who we are, with an invented token', () => ({ name: 'server.getSession', token: 'abc' })],
  ['who we are', ({ access }) => ({ name: 'server.getSession', token: access })],
  ['a handle', ({ handle }) => ({ name: 'identity.resolveHandle', params: { handle } })],
  [
    'a handle that nobody has',
    () => ({ name: 'identity.resolveHandle', params: { handle: 'nobody.test' } }),
  ],
  ['a record', put('3m6abcdefgh2a', record('one'))],
  ['the same record again', put('3m6abcdefgh2a', record('one'))],
  ['another record under its key', put('3m6abcdefgh2a', record('two'))],
  ['a key that is no time', put('nope', record('one'))],
  ['a text that is too long', put('3m6abcdefgh2b', record('x'.repeat(301)))],
  ['a text of too many bytes', put('3m6abcdefgh2b', record('👩‍👩‍👧‍👦'.repeat(200)))],
  ['a time that is none', put('3m6abcdefgh2b', record('one', { createdAt: 'yesterday' }))],
  ['too many languages', put('3m6abcdefgh2b', record('one', { langs: ['a', 'b', 'c', 'd'] }))],
  ['a link to nowhere', put('3m6abcdefgh2b', record('one', { facets: [facet('nope')] }))],
  ['an image that was never uploaded', put('3m6abcdefgh2b', record('one', images(1)))],
  ['five images', put('3m6abcdefgh2b', record('one', images(5)))],
  ['the record of somebody else', put('3m6abcdefgh2b', record('one'), { repo: nobody })],
  [
    'an upload that is too large',
    ({ access }) => ({ name: 'repo.uploadBlob', token: access, body: new Uint8Array(6_000_000) }),
  ],
  ['a thread', apply(create('3m6abcdefgi2a', 'a'), create('3m6abcdefgi2b', 'b'))],
  ['the thread again', apply(create('3m6abcdefgi2a', 'a'), create('3m6abcdefgi2b', 'b'))],
  [
    'a thread with one key twice',
    apply(create('3m6abcdefgj2a', 'a'), create('3m6abcdefgj2a', 'b')),
  ],
  [
    'a thread with a part that is too long',
    apply(create('3m6abcdefgk2a', 'a'), create('3m6abcdefgk2b', 'x'.repeat(301))),
  ],
  ['the first part of it, which must not be there', get('3m6abcdefgk2a')],
  ['a record that is there', get('3m6abcdefgh2a')],
  ['a record of an unknown account', get('3m6abcdefgh2a', nobody)],
  ['a deletion', remove('3m6abcdefgh2a')],
  ['the deletion again', remove('3m6abcdefgh2a')],
  ['a renewal', withRenewal('refreshSession')],
  ['a renewal with the token just used', withRenewal('refreshSession')],
  [
    'a renewal with an access token',
    ({ access }) => ({ name: 'server.refreshSession', method: 'POST', token: access }),
  ],
  ['the end of a session', withRenewal('deleteSession')],
  ['a renewal after the end', withRenewal('refreshSession')],
  ['who we are, after the end', ({ access }) => ({ name: 'server.getSession', token: access })],
]

const atAnother: [string, (side: Side, other: Side) => Asked][] = [
  [
    'a record in the repository of another account',
    (side, { did }) => put('3m6abcdefgh2b', record('one'), { repo: did })(side),
  ],
  [
    'a deletion in the repository of another account',
    ({ access }, { did }) => remove('3m6abcdefgh2b')({ access, did } as Side),
  ],
]

const afterDeletion: [string, (side: Side) => Asked][] = [
  ['a record', put('3m6abcdefgh2a', record('one'))],
  ['a deletion', remove('3m6abcdefgh2a')],
  ['a look', get('3m6abcdefgh2a')],
  ['who we are', ({ access }) => ({ name: 'server.getSession', token: access })],
  ['a handle', ({ handle }) => ({ name: 'identity.resolveHandle', params: { handle } })],
  ['a renewal', withRenewal('refreshSession')],
]

describe.skipIf(!folder)('the Bluesky simulator', () => {
  let pds: BlueskyPds
  let simulator: BlueskySimulator
  /** The real one first. */
  let sides: [Side, Side]
  let others: [Side, Side]
  beforeAll(async () => {
    const accounts = ['ada', 'ben'].map((name) => ({ handle: `${name}.test`, password: name }))
    ;[pds, simulator] = await Promise.all([startBlueskyPds(folder), blueskySimulator({ accounts })])
    const bothOf = async (name: string): Promise<[Side, Side]> => {
      const person = await real.addPerson(pds)
      return [
        await signedIn(pds.origin, person.handle, person.password),
        await signedIn(simulator.origin, `${name}.test`, name),
      ]
    }
    sides = await bothOf('ada')
    others = await bothOf('ben')
  })
  afterAll(() => Promise.all([pds?.close(), simulator?.close()]).then(() => undefined))

  it.each(questions)('answers as the real server when asked for %s', async (_, question) => {
    const [theirs, ours] = await Promise.all(sides.map((side) => said(side, question(side))))
    expect(ours).toBe(theirs)
  })

  it.each(atAnother)('answers as the real server when asked for %s', async (_, question) => {
    const [theirs, ours] = await Promise.all(
      sides.map((side, index) => said(side, question(side, others[index]!))),
    )
    expect(ours).toBe(theirs)
  })

  it('answers as the real server once an account is deleted', async () => {
    await real.deleteAccount(pds, others[0].did)
    simulator.deleteAccount(others[1].handle)
    for (const [title, question] of afterDeletion) {
      const [theirs, ours] = await Promise.all(others.map((side) => said(side, question(side))))
      expect(ours, title).toBe(theirs)
    }
  })
})
