/**
 * Who is mentioned, asked of the channel's own server: it turns a mention into a link when the status arrives, and says nothing when it finds
 * nobody. Only for what people are told; what is sent is the same whatever it answers.
 */
import { because, type Because } from '#contract/posts/refusals.ts'
import { ask, hostOf } from '../answers.ts'
import { findLinks } from '../counting.ts'
import type { Call, Json, OutgoingPost } from '../network.ts'

/** Handles without their first `@`. Kept beside the uploads, for `remarks`, which asks nothing. */
interface Mentioned {
  host: string
  /** Of this server, which has no such account. */
  nobody: string[]
  /** Of other servers, and new to this one: it asks there when the post arrives. */
  unmet: string[]
  /** The server could not be asked, or does not tell. */
  unasked: string[]
}

/** For all questions together, well within the alarm's lead: a courtesy must not make a post late. */
const patienceMs = 2000
/** Nobody is asked about more than this; a status mentions few. */
const askedAtMost = 20

/** As Mastodon's Account::MENTION_RE. */
const mention =
  /(?<![=/\p{L}\p{N}_])@([a-z0-9_]+(?:[a-z0-9_.-]+[a-z0-9_]+)?(?:@[\p{L}\p{N}_]+(?:[\p{L}\p{N}_.-]+[\p{L}\p{N}_]+)?)?)/giu

/** Who is mentioned in a text, each once. What stands inside a link is none. */
export function mentionsIn(text: string): string[] {
  const links = findLinks(text)
  const free = (at: number) => !links.some(({ start, end }) => start <= at && at < end)
  const found = [...text.matchAll(mention)].filter(({ index }) => free(index))
  return [...new Map(found.map(([, acct]) => [acct!.toLowerCase(), acct!])).values()]
}

/** Never throws: what cannot be asked is said to be so. Null: nobody is mentioned. */
export async function lookUp(call: Call, post: OutgoingPost): Promise<Mentioned | null> {
  const text = post.content.segments.map((segment) => segment.text.normalize('NFC')).join('\n\n')
  const handles = mentionsIn(text)
  if (handles.length === 0) return null
  const mentioned: Mentioned = {
    host: hostOf(call.channel.origin),
    nobody: [],
    unmet: [],
    unasked: [],
  }
  const signal = AbortSignal.timeout(patienceMs)
  for (const [index, handle] of handles.entries()) {
    const known =
      index < askedAtMost && !signal.aborted ? await isKnown(call, handle, signal) : undefined
    if (known === undefined) mentioned.unasked.push(handle)
    else if (!known) mentioned[isOf(mentioned.host, handle) ? 'nobody' : 'unmet'].push(handle)
  }
  return mentioned
}

const isOf = (host: string, handle: string): boolean => {
  const server = handle.split('@')[1]
  return server === undefined || server.toLowerCase() === host.toLowerCase()
}

/**
 * Whether the server has met an account; undefined: it cannot be known. Without the token, which would have to carry `read:accounts`.
 * https://docs.joinmastodon.org/methods/accounts/#lookup
 */
async function isKnown(
  call: Call,
  handle: string,
  signal: AbortSignal,
): Promise<boolean | undefined> {
  const { origin } = call.channel
  const question = { phase: 'other', host: hostOf(origin), now: call.now() } as const
  const address = `${origin}/api/v1/accounts/lookup?acct=${encodeURIComponent(handle)}`
  const answer = await ask(call.fetch, address, { signal }, question).catch(() => null)
  if (answer?.status === 200) return true
  return answer?.status === 404 ? false : undefined
}

/** What a person should know of what `prepare` found. Nothing of what an earlier build prepared. */
export function remarks(prepared: Json): Because[] {
  const { mentioned } = prepared as unknown as { mentioned?: Mentioned | null }
  if (!mentioned) return []
  const { host: where, nobody, unmet, unasked } = mentioned
  return [
    ...nobody.map((handle) => because('nobody_there', { where, handle })),
    ...unmet.map((handle) => because('unmet_there', { where, handle })),
    ...unasked.map((handle) => because('unasked_there', { where, handle })),
  ]
}
