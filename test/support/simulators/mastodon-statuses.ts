/** Statuses and uploads of the Mastodon simulator, with the real limits. */
import { actor } from './mastodon-oauth.ts'
import {
  imageBytesMax,
  invalid,
  media,
  mediaBody,
  mimes,
  missing,
  nextId,
  own,
  upload,
} from './mastodon-media.ts'
import type { Account, MastodonState, SimulatedStatus } from './mastodon-state.ts'
import { rewritten } from './rewriting.ts'
import { escaped, fieldsOf, Refused, type Incoming, type Reply, type Routes } from './server.ts'

const graphemes = new Intl.Segmenter('en')
const keyLifeMs = 3_600_000
const rateWindowMs = 300_000
const rateMax = 300
const fieldsKnown = [
  'status',
  'media_ids',
  'in_reply_to_id',
  'sensitive',
  'spoiler_text',
  'visibility',
  'language',
]

export function statusRoutes(state: MastodonState): Routes {
  return {
    'GET /api/v2/instance': { label: 'instance', handle: () => instance(state) },
    'GET /api/v1/accounts/verify_credentials': {
      label: 'verify',
      handle: (request) => ({
        status: 200,
        body: accountBody(state, actor(state, request, 'read:accounts', 'profile')),
      }),
    },
    'GET /api/v1/accounts/lookup': {
      label: 'lookup',
      handle: (request) => lookup(state, request),
    },
    'GET /api/v1/accounts/:id/statuses': {
      label: 'list',
      handle: (request) => list(state, request),
    },
    'POST /api/v2/media': { label: 'upload', handle: (request) => upload(state, request) },
    'GET /api/v1/media/:id': { label: 'media', handle: (request) => media(state, request) },
    'POST /api/v1/statuses': { label: 'publish', handle: (request) => publish(state, request) },
    'GET /api/v1/statuses/:id': { label: 'status', handle: (request) => show(state, request) },
    'GET /api/v1/statuses/:id/source': {
      label: 'source',
      handle: (request) => source(state, request),
    },
    'DELETE /api/v1/statuses/:id': {
      label: 'delete',
      handle: (request) => destroy(state, request),
    },
    'GET /@:name': { label: 'profile', handle: (request) => profile(state, request) },
    'GET /@:name/:id': { label: 'profile', handle: (request) => profile(state, request) },
  }
}

function instance(state: MastodonState): Reply {
  const configuration = {
    statuses: {
      max_characters: state.maxCharacters,
      max_media_attachments: 4,
      characters_reserved_per_url: 23,
    },
    media_attachments: {
      supported_mime_types: mimes,
      image_size_limit: imageBytesMax,
      description_limit: 1500,
    },
  }
  const source_url = state.keepsKeys
    ? 'https://github.com/mastodon/mastodon'
    : 'https://codeberg.org/superseriousbusiness/gotosocial'
  return {
    status: 200,
    body: { domain: new URL(state.origin).host, version: '4.5.0', source_url, configuration },
  }
}

function accountBody(state: MastodonState, account: Account) {
  return {
    id: account.id,
    username: account.username,
    acct: account.username,
    display_name: account.name,
    url: `${state.origin}/@${account.username}`,
  }
}

/** Only whom the server has met; it asks no other. A token is not needed, but one that comes must carry the scope. */
function lookup(state: MastodonState, request: Incoming): Reply {
  if (request.headers.authorization) actor(state, request, 'read:accounts')
  const acct = (request.url.searchParams.get('acct') ?? '').replace(/^@/, '').toLowerCase()
  const [username = '', server] = acct.split('@')
  const local = !server || server === new URL(state.origin).host
  const account = local ? state.accounts.get(username) : undefined
  if (account) return { status: 200, body: accountBody(state, account) }
  if (local || !state.met.has(acct)) throw missing()
  return { status: 200, body: { id: acct, username, acct, display_name: username } }
}

/** Server-side length: graphemes, each link with a domain 23, servers of mentions not at all. */
export function lengthOf(text: string): number {
  const shortened = text
    .replace(
      /https?:\/\/[\p{L}\p{N}-]+(\.[\p{L}\p{N}-]+)+(:\d+)?([/?#][^\s<>]*[^\s<>.,;:!?'")\]])?\/?/gu,
      'x'.repeat(23),
    )
    .replace(/(^|[^\p{L}\p{N}_/])@([A-Za-z0-9_.-]+)@[\p{L}\p{N}.-]*[\p{L}\p{N}]/gu, '$1@$2')
  return [...graphemes.segment(shortened)].length
}

function publish(state: MastodonState, request: Incoming): Reply {
  const account = actor(state, request, 'write:statuses')
  const fields = fieldsOf(request)
  const unknown = Object.keys(fields).find((name) => !fieldsKnown.includes(name))
  if (unknown) throw new Refused(400, { error: `simulator: unknown field ${unknown}` })
  const { arrivedAt: at } = request
  state.arrivals.push({ at, account: account.username, text: String(fields.status ?? '') })
  const key = request.headers['idempotency-key']
  const kept =
    typeof key === 'string' && state.keepsKeys ? state.keys.get(`${account.id} ${key}`) : undefined
  if (kept && kept.until > state.now().getTime())
    return { status: 200, body: body(state, kept.status) }
  limitRate(state, account)
  const status = accepted(state, account, fields)
  state.statuses.push(status)
  if (typeof key === 'string')
    state.keys.set(`${account.id} ${key}`, { status, until: state.now().getTime() + keyLifeMs })
  return { status: 200, body: body(state, status) }
}

function limitRate(state: MastodonState, account: Account): void {
  const now = state.now().getTime()
  const recent = (state.posted.get(account.id) ?? []).filter((at) => at > now - rateWindowMs)
  if (recent.length >= rateMax)
    throw new Refused(
      429,
      { error: 'Too many requests' },
      {
        'x-ratelimit-limit': String(rateMax),
        'x-ratelimit-remaining': '0',
        'x-ratelimit-reset': new Date(recent[0]! + rateWindowMs).toISOString(),
      },
    )
  state.posted.set(account.id, [...recent, now])
}

function accepted(
  state: MastodonState,
  account: Account,
  fields: Record<string, unknown>,
): SimulatedStatus {
  const text = typeof fields.status === 'string' ? fields.status : ''
  const mediaIds = Array.isArray(fields.media_ids) ? fields.media_ids.map(String) : []
  if (!text.trim() && mediaIds.length === 0) throw invalid("Text can't be blank")
  const length =
    lengthOf(text) + lengthOf(typeof fields.spoiler_text === 'string' ? fields.spoiler_text : '')
  if (length > state.maxCharacters)
    throw invalid(`Text character limit of ${state.maxCharacters} exceeded`)
  if (mediaIds.length > 4) throw invalid('Cannot attach more than 4 files')
  const visibility = String(fields.visibility ?? 'public')
  if (!['public', 'unlisted', 'private', 'direct'].includes(visibility))
    throw invalid('Visibility is not included in the list')
  const inReplyTo = fields.in_reply_to_id ? String(fields.in_reply_to_id) : null
  if (inReplyTo && !state.statuses.some((other) => other.id === inReplyTo)) throw missing()
  const id = nextId(state)
  for (const upload of mediaIds.map((mediaId) => own(state, account, mediaId))) {
    if (upload.usedBy) throw invalid('Media has already been attached')
    if (upload.pending > 0) throw invalid('Cannot attach files that have not finished processing')
    upload.usedBy = id
  }
  const language = typeof fields.language === 'string' ? fields.language : null
  return { id, account, text, createdAt: state.now(), inReplyTo, mediaIds, visibility, language }
}

function body(state: MastodonState, status: SimulatedStatus) {
  return {
    id: status.id,
    created_at: status.createdAt.toISOString(),
    in_reply_to_id: status.inReplyTo,
    visibility: status.visibility,
    language: status.language,
    url: `${state.origin}/@${status.account.username}/${status.id}`,
    uri: `${state.origin}/users/${status.account.username}/statuses/${status.id}`,
    content: state.rewrites ? rewritten(status.text) : htmlOf(status.text),
    replies_count: state.statuses.filter((other) => other.inReplyTo === status.id).length,
    reblogs_count: 0,
    favourites_count: 0,
    account: accountBody(state, status.account),
    media_attachments: status.mediaIds.map((id) => mediaBody(state.uploads.get(id)!)),
  }
}

/** As Mastodon writes it: paragraphs, breaks, links in three pieces, mentions without their server. */
export function htmlOf(text: string): string {
  const linked = escaped(text.trim())
    .replace(
      /(https?:\/\/)([^\s<]{1,30})([^\s<]*)/g,
      (url, scheme: string, start: string, rest: string) =>
        `<a href="${url}" rel="nofollow noopener" target="_blank"><span class="invisible">${scheme}</span>` +
        `<span class="ellipsis">${start}</span><span class="invisible">${rest}</span></a>`,
    )
    .replace(
      /(^|[\s(])@([a-z0-9_]+)@([a-z0-9.-]+[a-z0-9])/gi,
      (_, lead: string, name: string, host: string) =>
        `${lead}<span class="h-card"><a href="https://${host}/@${name}" class="u-url mention">@<span>${name}</span></a></span>`,
    )
  return linked
    .split(/\n{2,}/)
    .map((part) => `<p>${part.replace(/\n/g, '<br />')}</p>`)
    .join('')
}

function list(state: MastodonState, request: Incoming): Reply {
  const account = actor(state, request, 'read:statuses')
  const { searchParams } = request.url
  const limit = Math.min(Number(searchParams.get('limit') ?? 20), 40)
  const before = searchParams.get('max_id')
  if (![...state.accounts.values()].some(({ id }) => id === request.params.id)) throw missing()
  const found = state.statuses
    .filter((status) => status.account.id === request.params.id)
    .filter((status) => status.account === account || status.visibility === 'public')
    .filter((status) => !before || Number(status.id) < Number(before))
    .sort((a, b) => Number(b.id) - Number(a.id))
  return { status: 200, body: found.slice(0, limit).map((status) => body(state, status)) }
}

function show(state: MastodonState, request: Incoming): Reply {
  actor(state, request, 'read:statuses')
  const status = state.statuses.find(({ id }) => id === request.params.id)
  if (!status) throw missing()
  return { status: 200, body: body(state, status) }
}

/** The text as it was sent, for whoever sent it. */
function source(state: MastodonState, request: Incoming): Reply {
  const account = actor(state, request, 'read:statuses')
  const status = state.statuses.find(
    (other) => other.id === request.params.id && other.account === account,
  )
  if (!status || !state.keepsSource) throw missing()
  return { status: 200, body: { id: status.id, text: status.text, spoiler_text: '' } }
}

function destroy(state: MastodonState, request: Incoming): Reply {
  const account = actor(state, request, 'write:statuses')
  const status = state.statuses.find(
    (other) => other.id === request.params.id && other.account === account,
  )
  if (!status) throw missing()
  state.statuses = state.statuses.filter((other) => other !== status)
  return { status: 200, body: { ...body(state, status), text: status.text } }
}

/** A page for people who try the product. */
function profile(state: MastodonState, request: Incoming): Reply {
  const posts = state.statuses
    .filter(
      ({ account, id }) =>
        account.username === request.params.name &&
        (!request.params.id || id === request.params.id),
    )
    .map(
      (status) =>
        `<article>${htmlOf(status.text)}<time>${status.createdAt.toISOString()}</time></article><hr>`,
    )
  const title = `@${escaped(request.params.name ?? '')}`
  return {
    status: 200,
    body: `<!doctype html><html lang="en"><meta charset="utf-8"><title>${title}</title><h1>${title}</h1>${posts.reverse().join('')}</html>`,
  }
}
