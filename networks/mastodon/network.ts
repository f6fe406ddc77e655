/**
 * Mastodon and the servers that speak its API. Recovery class: dedupe key. Each status goes out once with an Idempotency-Key derived from
 * the ledger's token; after a lost answer the account's own statuses are read.
 */
import { createHash } from 'node:crypto'
import { because } from '#contract/posts/refusals.ts'
import { imageGone } from '../files.ts'
import { hostOf, otherAccount, textAt } from '../answers.ts'
import { memory } from '../memory.ts'
import {
  NetworkError,
  type Call,
  type ChannelAccess,
  type Frozen,
  type Json,
  type Keep,
  type Network,
  type OutgoingPost,
  type Published,
  type Stood,
} from '../network.ts'
import { api, form, json, statusFrom, unreadable, type Status } from './api.ts'
import { oauth } from './connect.ts'
import { find, markOf, type Part } from './find.ts'
import { uploadsOf } from './media.ts'
import { lookUp, remarks } from './mentions.ts'
import { idsOf, published, stood } from './published.ts'
import { manifest } from './manifest.ts'

interface StatusBody {
  status: string
  media_ids: string[]
  language: string
  visibility: string
}

export const mastodon: Network = {
  manifest,
  keepsKeys: ({ idempotency }) => idempotency === true,
  ahead: 'connection',
  connect: { oauth },
  verify,
  prepare,
  remarks,
  compose,
  publish,
  find,
  remove,
  metrics,
  check,
  disconnect,
}

/** Ids of the uploads, per part. And who of the mentioned the server knows. */
async function prepare(call: Call, post: OutgoingPost, state: Json, keep: Keep): Promise<Json> {
  const made = uploadsOf(call, state, keep)
  const uploads: string[][] = []
  for (const [part, { assetIds }] of post.content.segments.entries()) {
    const ids: string[] = []
    for (const [index, assetId] of assetIds.entries()) {
      const item = post.media.get(assetId)
      if (!item) throw imageGone()
      ids.push(await made.idOf(item, `${part}.${index}`))
    }
    uploads.push(ids)
  }
  const mentioned = await lookUp(call, post)
  return { uploads, mentioned } as unknown as Json
}

function compose(
  post: OutgoingPost,
  prepared: Json,
  { token, channel }: { token: string; channel: ChannelAccess },
): Frozen {
  const { uploads } = prepared as unknown as { uploads: string[][] }
  const statuses: StatusBody[] = post.content.segments.map((segment, index) => ({
    status: segment.text.normalize('NFC'),
    media_ids: uploads[index] ?? [],
    language: post.content.language,
    visibility:
      typeof channel.settings.visibility === 'string' ? channel.settings.visibility : 'public',
  }))
  const parts: Part[] = statuses.map((body, index) => ({
    key: createHash('sha256').update(`${token}:${index}`).digest('hex'),
    mark: markOf(body.status),
    mediaIds: body.media_ids,
  }))
  return { payload: { statuses } as unknown as Json, handle: { parts } as unknown as Json }
}

async function publish(call: Call, frozen: Frozen, stands: Stood[] = []): Promise<Published> {
  const { statuses } = frozen.payload as unknown as { statuses: StatusBody[] }
  const { parts } = frozen.handle as unknown as { parts: Part[] }
  const thread = [...stands]
  for (const [index, body] of [...statuses.entries()].slice(stands.length)) {
    const before = thread.at(-1)
    const reply = before ? { ...body, in_reply_to_id: before.remoteId } : body
    const sent = send(call, reply, parts[index]!.key)
    thread.push(stood(call, await sent.catch(inThread(call, thread, statuses.length))))
  }
  return published(thread)
}

async function send(call: Call, body: StatusBody, key: string): Promise<Status> {
  const sent = json('POST', body, { 'idempotency-key': key })
  const answer = await api(call, 'publish', '/api/v1/statuses', sent)
  const status = statusFrom(answer.body)
  if (!status) throw unreadable(call, 'publish')
  return status
}

/** What became of the next part of a thread, together with the parts that are public. */
function inThread(call: Call, thread: Stood[], length: number) {
  return (error: unknown): never => {
    if (thread.length === 0 || !(error instanceof NetworkError)) throw error
    const so = { host: hostOf(call.channel.origin), there: thread.length, parts: length }
    const why =
      error.verdict === 'no'
        ? because('part_refused', { ...so, refusal: error.because })
        : because('part_unconfirmed', so)
    throw new NetworkError(error.verdict, error.kind, why, {
      cause: error,
      stands: [...thread],
      ...(error.retryAt && { retryAt: error.retryAt }),
    })
  }
}

/** Last part first, so that what remains after a failure still reads from its beginning. */
async function remove(call: Call, post: Published): Promise<void> {
  for (const id of idsOf(post).reverse()) {
    const sent = { method: 'DELETE' }
    await api(call, 'other', `/api/v1/statuses/${encodeURIComponent(id)}`, sent).catch(goneIsDone)
  }
}

/** 404 is the only answer of `remove` that reads as refused content. */
function goneIsDone(error: unknown): void {
  if (error instanceof NetworkError && error.kind === 'content_refused') return
  throw error
}

async function metrics(call: Call, post: Published): Promise<Record<string, number>> {
  const id = encodeURIComponent(idsOf(post)[0]!)
  const status = statusFrom((await api(call, 'other', `/api/v1/statuses/${id}`)).body)
  if (!status) throw unreadable(call, 'other')
  return { ...status.counts }
}

/** Whose a token is, for a while: a wave of posts asks once. */
const owners = memory<Promise<string | undefined>>(15 * 60_000)

async function verify(call: Call): Promise<void> {
  const { id, secrets, origin, remoteId, handle } = call.channel
  const key = createHash('sha256').update(`${id} ${secrets.accessToken}`).digest('hex')
  const asked = owners.get(key) ?? ownerOf(call)
  owners.set(key, asked)
  const owner = await asked
  if (owner === undefined) owners.del(key)
  else if (owner !== remoteId) throw otherAccount(hostOf(origin), handle)
}

/** Undefined: it cannot be told. */
async function ownerOf(call: Call): Promise<string | undefined> {
  const account = await api(call, 'other', '/api/v1/accounts/verify_credentials').catch(cannotTell)
  return account ? textAt(account.body, 'id') : undefined
}

function cannotTell(error: unknown): null {
  if (error instanceof NetworkError) return null
  throw error
}

async function check(call: Call): Promise<{ name: string; handle: string }> {
  const { body } = await api(call, 'other', '/api/v1/accounts/verify_credentials')
  const username = textAt(body, 'username')
  if (!username) throw unreadable(call, 'other')
  if (textAt(body, 'id') !== call.channel.remoteId)
    throw otherAccount(hostOf(call.channel.origin), call.channel.handle)
  const handle = `@${username}@${hostOf(call.channel.origin)}`
  return { name: textAt(body, 'display_name') || username, handle }
}

async function disconnect(call: Call): Promise<void> {
  const { accessToken = '', clientId = '', clientSecret = '' } = call.channel.secrets
  const sent = form({ token: accessToken, client_id: clientId, client_secret: clientSecret })
  await api(call, 'other', '/oauth/revoke', sent)
}
