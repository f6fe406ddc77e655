/**
 * Looking for a post among an account's own statuses. Only reading: the same request with the same Idempotency-Key would be answered
 * with the first status too, but it would publish where the first never arrived.
 */
import { createHash } from 'node:crypto'
import { because } from '#contract/posts/refusals.ts'
import { hostOf, textAt } from '../answers.ts'
import { NetworkError, type Call, type Found, type Frozen, type Stood } from '../network.ts'
import { api, programName, statusFrom, unreadable, type Status } from './api.ts'
import { textOf } from './html.ts'
import { published, stood } from './published.ts'

/** What `compose` keeps of each part, so that it can be recognised without its words. */
export interface Part {
  key: string
  mark: string
  mediaIds: string[]
}

const pageSize = 40
const pagesMax = 10
/** A status may carry the second before we armed. */
const toleranceMs = 2000

/** A fingerprint that survives the way to HTML and back: no spaces, no servers behind mentions. */
export function markOf(text: string): string {
  const bare = text
    .normalize('NFC')
    .replace(/(?<![\p{L}\p{N}_/])@([a-z0-9_.-]+)@[\p{L}\p{N}.-]+[\p{L}\p{N}]/giu, '@$1')
    .replace(/\s+/gu, '')
  return createHash('sha256').update(bare).digest('hex')
}

/**
 * Found: every part is there once. Absent: the list reaches back past arming, and nothing in it can be a part. What only its words tell apart from
 * a part may be that part all the same, as servers rewrite words: then a person judges.
 */
export async function find(
  call: Call,
  frozen: Frozen,
  since: Date,
  { others, stands }: { others: string[]; stands: Stood[] } = { others: [], stands: [] },
): Promise<Found> {
  const { parts } = frozen.handle as unknown as { parts: Part[] }
  const known = new Set(
    [...others, ...stands.map((s) => s.remoteId)].flatMap((id) => id.split(',')),
  )
  const { statuses, complete } = await ownSince(call, since)
  const candidates = statuses
    .filter(({ id, application }) => !known.has(id) && (application ?? programName) === programName)
    .map((status) => ({ status, mark: markOf(textOf(status.content)) }))
  const matches = parts.map((part, index): Matching =>
    index < stands.length ? { same: [], perhaps: [] } : matching(part, index, candidates),
  )
  const open = matches.flatMap(({ perhaps }) => perhaps)
  if (open.length > 0 && matches.slice(stands.length).some(({ same }) => same.length === 0))
    await askForSources(call, parts, matches)
  const thread = chain(call, stands, matches)
  if (thread.length === parts.length) return { state: 'found', published: published(thread) }
  const rest = restOf(thread, matches)
  if (rest.length > 0 || !complete) return unknown(rest)
  return thread.length > 0 ? { state: 'part', stands: thread } : { state: 'absent', by: 'listing' }
}

interface Candidate {
  status: Status
  mark: string
}

/** What may be one part: certainly, or as far as anybody can tell. */
interface Matching {
  same: Status[]
  perhaps: Status[]
}

/** Uploads and the place in a thread are never rewritten, so they tell posts apart; the same words, or the same uploads, are the same post. */
function matching(part: Part, index: number, candidates: Candidate[]): Matching {
  const fitting = candidates.filter(
    ({ status }) => index > 0 === (status.inReplyTo !== null) && sameMedia(part, status),
  )
  const isSame = ({ mark }: Candidate) => mark === part.mark || part.mediaIds.length > 0
  return {
    same: fitting.filter(isSame).map(({ status }) => status),
    perhaps: fitting.filter((candidate) => !isSame(candidate)).map(({ status }) => status),
  }
}

/** Asked for at most so many sources; a busier account is a person's matter. */
const sourcesMax = 5

/** The text as it was sent, where the server keeps it: the same is the same post. A different one proves nothing. */
async function askForSources(call: Call, parts: Part[], matches: Matching[]): Promise<void> {
  const asked = [...new Set(matches.flatMap(({ perhaps }) => perhaps))].slice(0, sourcesMax)
  for (const status of asked) {
    const path = `/api/v1/statuses/${encodeURIComponent(status.id)}/source`
    const answer = await api(call, 'find', path).catch(() => null)
    const source = answer && textAt(answer.body, 'text')
    if (source === null || source === undefined) continue
    for (const [index, { same, perhaps }] of matches.entries()) {
      if (!perhaps.includes(status) || markOf(source) !== parts[index]!.mark) continue
      same.push(status)
      perhaps.splice(perhaps.indexOf(status), 1)
    }
  }
}

function sameMedia(part: Part, status: Status): boolean {
  return (
    part.mediaIds.length === status.mediaIds.length &&
    part.mediaIds.every((id) => status.mediaIds.includes(id))
  )
}

/** One status for each part, each a reply to the one before, as far as each is there once. */
function chain(call: Call, stands: Stood[], matches: Matching[]): Stood[] {
  const thread = [...stands]
  for (const { same } of matches.slice(stands.length)) {
    const before = thread.at(-1)
    const fitting = before ? same.filter((c) => c.inReplyTo === before.remoteId) : same
    if (fitting.length !== 1) return thread
    thread.push(stood(call, fitting[0]!))
  }
  return thread
}

/** What may be a part behind those that are there: the next one answers the last, and no later one came before it. */
function restOf(thread: Stood[], matches: Matching[]): Status[] {
  const placed = new Set(thread.map(({ remoteId }) => remoteId))
  const last = thread.at(-1)
  const [next, ...later] = matches.slice(thread.length)
  const mayFollow = [...next!.same, ...next!.perhaps].filter(
    ({ inReplyTo }) => !last || inReplyTo === last.remoteId,
  )
  const found = [...mayFollow, ...later.flatMap(({ same }) => same)]
  return [...new Set(found)].filter(({ id }) => !placed.has(id))
}

/** So much is shown for a person to judge. */
const shownMax = 10

function unknown(shown: Status[]): Found {
  return {
    state: 'unknown',
    shown: shown.slice(0, shownMax).map((status) => ({
      text: textOf(status.content).slice(0, 500),
      url: status.url,
      at: status.createdAt.toISOString(),
    })),
  }
}

/** Own statuses since arming, newest first; `complete` when the list certainly reaches back that far. */
async function ownSince(
  call: Call,
  since: Date,
): Promise<{ statuses: Status[]; complete: boolean }> {
  const statuses: Status[] = []
  let before = ''
  for (let page = 0; page < pagesMax; page += 1) {
    const account = encodeURIComponent(call.channel.remoteId)
    const answer = await api(
      call,
      'find',
      `/api/v1/accounts/${account}/statuses?limit=${pageSize}&exclude_reblogs=true${before}`,
    ).catch(unasked(call))
    const asked = call.now()
    if (!Array.isArray(answer.body)) throw unreadable(call, 'find')
    const listed = answer.body.map(statusFrom).filter((status) => status !== null)
    if (listed.length !== answer.body.length) throw unreadable(call, 'find')
    const earliest = serverTime(since, asked, answer.headers)
    statuses.push(...listed.filter((status) => status.createdAt >= earliest))
    const last = listed.at(-1)
    if (!last || last.createdAt < earliest) return { statuses, complete: true }
    before = `&max_id=${encodeURIComponent(last.id)}`
  }
  return { statuses, complete: false }
}

/** Our instant by the server's clock, which its `Date` header tells; whole seconds and the way back only make it earlier. */
function serverTime(ours: Date, asked: Date, headers: Headers): Date {
  const theirs = Date.parse(headers.get('date') ?? '')
  const ahead = Number.isNaN(theirs) ? -60_000 : theirs - asked.getTime()
  return new Date(ours.getTime() + ahead - toleranceMs)
}

/** A look that failed says nothing about the post. */
function unasked(call: Call) {
  return (error: unknown): never => {
    if (!(error instanceof NetworkError)) throw error
    const why = because('not_asked', { host: hostOf(call.channel.origin) })
    throw new NetworkError('ambiguous', error.kind, why, {
      cause: error,
      ...(error.retryAt && { retryAt: error.retryAt }),
    })
  }
}
