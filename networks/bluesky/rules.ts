/** Bluesky's limits and counting. Importable by the browser. */
import { graphemes, utf8Bytes } from '../counting.ts'
import type { NetworkRules } from '../rules.ts'

/** `app.bsky.feed.post` allows 3000 bytes besides its 300 graphemes. */
const bytesMax = 3000

export const rules: NetworkRules = {
  name: 'bluesky',
  title: 'Bluesky',
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
}

/** The official app shows the host and the beginning of the path. https://github.com/bluesky-social/social-app/blob/main/src/lib/strings/url-helpers.ts */
function linkText(url: string): string {
  if (!URL.canParse(url)) return url
  const { host, pathname, search, hash } = new URL(url)
  const path = `${pathname === '/' ? '' : pathname}${search}${hash}`
  return path.length > 15 ? `${host}${path.slice(0, 13)}...` : host + path
}
