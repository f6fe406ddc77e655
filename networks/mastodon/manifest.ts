/** Mastodon and the servers that speak its API. */
import { findLinks, graphemes } from '../counting.ts'
import type { ConnectForm, Manifest } from '../manifest.ts'

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

/** What one server takes, and how it counts. */
function rulesWith(limits: InstanceLimits) {
  return {
    textMax: limits.maxCharacters,
    mediaMax: limits.mediaMax,
    mediaMimes: limits.mediaMimes,
    mediaBytesMax: limits.imageBytesMax,
    altMax: limits.altMax,
    count: (text: string) => countFor(limits.charactersPerUrl, text),
  }
}

/** `@name@server.example` as an address; a bare name says no server. */
function profileOf(handle: string): string | null {
  const [name, server] = handle.replace(/^@/, '').split('@')
  return server ? `https://${server}/@${name}` : null
}

const oauth: ConnectForm = {
  kind: 'oauth',
  title: 'Sign in on your server',
  fields: [
    {
      name: 'server',
      label: 'Your server or your full handle',
      kind: 'text',
      placeholder: '@you@mastodon.example',
      help: 'Any server that speaks the Mastodon API.',
    },
  ],
  permissions: [
    { scope: 'profile', why: 'To show which account is connected.' },
    { scope: 'read:statuses', why: 'To look whether a post arrived, and to count its replies.' },
    { scope: 'write:statuses', why: 'To publish and take down your posts.' },
    { scope: 'write:media', why: 'To add your images.' },
  ],
}

export const manifest: Manifest = {
  name: 'mastodon',
  title: 'Mastodon',
  mark: { colour: '#5b5be6', path: 'M5.4 14.8V5.6L10 11l4.6-5.4v9.2' },
  own: false,
  handles: {
    written: '@name',
    // As Mastodon's Account::MENTION_RE, with a server's whole name: a bare one is nobody's on the internet.
    pattern:
      /^(?:@?[a-z0-9_]+(?:[a-z0-9_.-]*[a-z0-9_])?(?:@[\p{L}\p{N}-]+(?:\.[\p{L}\p{N}-]+)+)?)?$/iu,
    words: 'Type it like name@mastodon.social.',
    example: '@ridgeline@mastodon.social',
    link: profileOf,
  },

  ...rulesWith(defaultLimits),
  rulesOn: (settings) => rulesWith(limitsIn(settings)),
  segmentsMax: 20,
  // Higher than 706 px, 32 lines of 22 px, in a column of at most 600 px, with 16 px on either side; of what is folded, 15 lines stand there.
  // https://github.com/mastodon/mastodon/blob/main/app/javascript/mastodon/components/status_content.jsx
  // https://github.com/mastodon/mastodon/blob/main/app/javascript/styles/mastodon/components.scss
  fold: { over: 32, shows: 15, lines: { width: 568, letters: 15 } },
  cards: 'theirs',
  source: 'https://docs.joinmastodon.org/entities/Instance/#configuration',
  linkText,

  patterns: {
    opening: ['open lead support | call | question | tags'],
    middle: [
      'scene lead | call | question | tags',
      'lead support support2 | call | tags',
      'labelled support | call | question | tags',
      'named support | call | tags',
      'audience lead support | call | tags',
      'scene named | call | question | tags',
      'lead aside | call | tags',
    ],
    closing: ['recap | list | call | question | tags'],
    bare: ['scene open | call | question | tags', 'open | call | tags'],
    supportsMax: 2,
    listMax: 5,
    hashtags: 3,
  },
  style: 'conversational, one to three hashtags in CamelCase',

  connect: { oauth },
  options: [
    {
      name: 'visibility',
      label: 'Who sees posts',
      choices: [
        { value: 'public', label: 'Everybody' },
        { value: 'unlisted', label: 'Everybody, but not in public timelines' },
        { value: 'private', label: 'Followers' },
      ],
      fallback: 'public',
    },
  ],
  recovery: 'dedupe_key',
  // "stored for up to 1 hour": https://docs.joinmastodon.org/methods/statuses/#create
  dedupeWindow: 60 * 60_000,
  // https://github.com/mastodon/mastodon/blob/main/app/lib/vacuum/media_attachments_vacuum.rb
  uploadsKept: 24 * 60 * 60_000,
  // Each server is run by somebody else.
  recipient: { name: 'Whoever runs the server that holds the account', country: null },
  terms: [],
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
