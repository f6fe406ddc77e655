/** Mastodon's limits and counting. Importable by the browser. */
import { findLinks, graphemes } from '../counting.ts'
import type { NetworkRules } from '../rules.ts'

/** What one server says about itself in `/api/v2/instance`; every field differs between servers. */
export interface InstanceLimits {
  maxCharacters: number
  charactersPerUrl: number
  mediaMax: number
  mediaMimes: string[]
  imageBytesMax: number
  altMax: number
}

/** A server out of the box, for channels whose server says nothing. */
export const defaultLimits: InstanceLimits = {
  maxCharacters: 500,
  charactersPerUrl: 23,
  mediaMax: 4,
  mediaMimes: ['image/jpeg', 'image/png', 'image/gif', 'image/webp'],
  imageBytesMax: 16 * 1024 * 1024,
  altMax: 1500,
}

/** `@name@server.example`: only `@name` counts, as the server's name is hidden when the post is shown. */
const remoteMention =
  /(?<![\p{L}\p{N}_/])@([a-z0-9_]+(?:[a-z0-9_.-]+[a-z0-9_]+)?)@[\p{L}\p{N}.-]+[\p{L}\p{N}]/giu

/** Length of a text on a server that counts each link as `charactersPerUrl`. */
export function countFor(charactersPerUrl: number, text: string): number {
  let rest = ''
  let at = 0
  let links = 0
  for (const link of findLinks(text)) {
    if (!hasPublicHost(link.url)) continue
    rest += text.slice(at, link.start)
    at = link.end
    links += 1
  }
  rest += text.slice(at)
  return graphemes(rest.replace(remoteMention, '@$1')) + links * charactersPerUrl
}

/** Servers shorten only links with a full domain name; `http://localhost/…` counts as long as it is. */
function hasPublicHost(url: string): boolean {
  return /^https?:\/\/[^/?#:]*\.[^/?#:.]{2,}/iu.test(url)
}

/**
 * The server hides the scheme, `www.`, and what follows the first 30 characters.
 * https://github.com/mastodon/mastodon/blob/main/app/lib/text_formatter.rb
 */
function linkText(url: string): string {
  if (!hasPublicHost(url)) return url
  const rest = url.replace(/^https?:\/\/(www\.)?/i, '')
  // One character more takes no more room than the ellipsis.
  return rest.length > 31 ? `${rest.slice(0, 30)}…` : rest
}

/** The rules of one server. */
export function rulesWith(limits: InstanceLimits): NetworkRules {
  return {
    name: 'mastodon',
    title: 'Mastodon',
    textMax: limits.maxCharacters,
    segmentsMax: 20,
    mediaMax: limits.mediaMax,
    mediaMimes: limits.mediaMimes,
    mediaBytesMax: limits.imageBytesMax,
    altMax: limits.altMax,
    // Higher than 706 px, 32 lines of 22 px, in a column of at most 600 px, with 16 px on either side; of what is folded, 15 lines stand there.
    // https://github.com/mastodon/mastodon/blob/main/app/javascript/mastodon/components/status_content.jsx
    // https://github.com/mastodon/mastodon/blob/main/app/javascript/styles/mastodon/components.scss
    fold: { over: 32, shows: 15, lines: { width: 568, letters: 15 } },
    cards: 'theirs',
    source: 'https://docs.joinmastodon.org/entities/Instance/#configuration',
    linkText,
    count: (text) => countFor(limits.charactersPerUrl, text),
  }
}

export const rules: NetworkRules = rulesWith(defaultLimits)

/** The rules of the server a channel lives on, from what connecting saved in the channel's settings. */
export function rulesFor(settings: Record<string, unknown>): NetworkRules {
  return rulesWith(limitsIn(settings))
}

/** Saved limits; what is missing or not a number falls back to the default. */
export function limitsIn(settings: Record<string, unknown>): InstanceLimits {
  const saved = settings.limits
  const given: Partial<InstanceLimits> = typeof saved === 'object' && saved !== null ? saved : {}
  return {
    maxCharacters: count(given.maxCharacters, defaultLimits.maxCharacters),
    charactersPerUrl: count(given.charactersPerUrl, defaultLimits.charactersPerUrl),
    mediaMax: count(given.mediaMax, defaultLimits.mediaMax),
    mediaMimes: Array.isArray(given.mediaMimes) ? given.mediaMimes : defaultLimits.mediaMimes,
    imageBytesMax: count(given.imageBytesMax, defaultLimits.imageBytesMax),
    altMax: count(given.altMax, defaultLimits.altMax),
  }
}

function count(value: unknown, fallback: number): number {
  return typeof value === 'number' && Number.isInteger(value) && value > 0 ? value : fallback
}
