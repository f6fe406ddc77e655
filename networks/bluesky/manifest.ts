/** Bluesky and every atproto server. */
import { graphemes, utf8Bytes } from '../counting.ts'
import type { ConnectField, ConnectForm, Manifest } from '../manifest.ts'

/** `app.bsky.feed.post` allows 3000 bytes besides its 300 graphemes. */
const bytesMax = 3000

const label = '[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?'

const server: ConnectField = {
  name: 'server',
  label: 'Server',
  kind: 'url',
  placeholder: 'https://pds.example',
  help: 'Only when the account lives on a server that its handle does not lead to.',
  optional: true,
}

const connect: Record<string, ConnectForm> = {
  app_password: {
    kind: 'form',
    title: 'Use an app password',
    fields: [
      { name: 'handle', label: 'Handle', kind: 'text', placeholder: 'you.bsky.social' },
      {
        name: 'password',
        label: 'App password',
        kind: 'password',
        placeholder: 'xxxx-xxxx-xxxx-xxxx',
        help: 'Make one in Bluesky under Settings, Privacy and security, App passwords. It is used once and not kept.',
      },
      server,
    ],
    permissions: [
      {
        scope: 'app password',
        why: 'To publish, find and take down your posts and to add your images.',
      },
    ],
  },
  oauth: {
    kind: 'oauth',
    title: 'Sign in with Bluesky',
    fields: [
      {
        name: 'handle',
        label: 'Handle',
        kind: 'text',
        placeholder: 'you.bsky.social',
        help: 'Bluesky asks you to sign in again every two weeks. An app password lasts until you take it back.',
      },
      server,
    ],
    permissions: [
      { scope: 'atproto', why: 'To know which account is connected.' },
      {
        scope: 'transition:generic',
        why: 'To publish, find and take down your posts and to add your images.',
      },
    ],
  },
}

export const manifest: Manifest = {
  name: 'bluesky',
  title: 'Bluesky',
  mark: {
    colour: '#0b6fd6',
    path: 'M7 5.2h3.4a2.3 2.3 0 0 1 .9 4.4 2.6 2.6 0 0 1-.7 5.2H7zm0 4.6h3.6',
  },
  own: false,
  handles: {
    written: '@name',
    // https://atproto.com/specs/handle
    pattern: new RegExp(`^(?:@?(?:${label}\\.)+[a-z](?:[a-z0-9-]{0,61}[a-z0-9])?)?$`, 'i'),
    words: 'Type the whole handle, like name.bsky.social.',
    example: '@ridgeline.bsky.social',
    link: (handle) => `https://bsky.app/profile/${handle.replace(/^@/, '')}`,
  },

  textMax: 300,
  segmentsMax: 20,
  mediaMax: 4,
  mediaMimes: ['image/jpeg', 'image/png', 'image/webp'],
  // Newer servers take 2,000,000; older ones refuse beyond this.
  mediaBytesMax: 1_000_000,
  altMax: 2000,
  // MAX_POST_LINES of the official app, in lists of posts. It counts line breaks, so a text that only wraps is never folded:
  // https://github.com/bluesky-social/social-app/blob/main/src/lib/strings/helpers.ts
  fold: { over: 25, shows: 25, lines: 'breaks' },
  cards: 'ours',
  source: 'https://github.com/bluesky-social/atproto/blob/main/lexicons/app/bsky/feed/post.json',
  count: graphemes,
  linkText,
  check(text) {
    const over = utf8Bytes(text) - bytesMax
    return over > 0 ? `The text is ${over} bytes too large for Bluesky.` : null
  },

  patterns: {
    opening: ['open lead | call'],
    middle: [
      'labelled | call',
      'named | call',
      'scene lead | call',
      'lead support | call',
      'lead aside | call',
    ],
    closing: ['recap | list | call'],
    bare: ['scene open | call', 'open | call'],
    supportsMax: 1,
    listMax: 3,
    hashtags: 0,
  },
  style: 'short',

  connect,
  redirect: 'loopback',
  options: [],
  recovery: 'client_id',
  dedupeWindow: Infinity,
  // The least that servers should keep it: https://atproto.com/specs/blob
  uploadsKept: 60 * 60_000,
  // Posts on other servers are read by this company's relay and shown in its app all the same.
  recipient: { name: 'Bluesky Social, PBC', country: 'US' },
  terms: [],
}

/** The official app shows the host and the beginning of the path. https://github.com/bluesky-social/social-app/blob/main/src/lib/strings/url-helpers.ts */
function linkText(url: string): string {
  if (!URL.canParse(url)) return url
  const { host, pathname, search, hash } = new URL(url)
  const path = `${pathname === '/' ? '' : pathname}${search}${hash}`
  return path.length > 15 ? `${host}${path.slice(0, 13)}...` : host + path
}
