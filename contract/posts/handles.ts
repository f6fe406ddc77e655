/**
 * What a handle looks like on each network, as that network's own software reads it, so that no other words go out behind an `@`. Without zod,
 * because pages load it.
 */
import type { NetworkName } from '../platform/common.ts'

const label = '[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?'

/** With or without the leading `@`; empty: none there. `words` says what a handle looks like. */
export const handleRules: Record<NetworkName, { pattern: RegExp; words: string }> = {
  page: { pattern: /^(?:@?[^\s@]+)?$/, words: 'Give one word, like ridgeline.' },
  // As Mastodon's Account::MENTION_RE, with a server's whole name: a bare one is nobody's on the internet.
  mastodon: {
    pattern:
      /^(?:@?[a-z0-9_]+(?:[a-z0-9_.-]*[a-z0-9_])?(?:@[\p{L}\p{N}-]+(?:\.[\p{L}\p{N}-]+)+)?)?$/iu,
    words: 'Type it like name@mastodon.social.',
  },
  // https://atproto.com/specs/handle
  bluesky: {
    pattern: new RegExp(`^(?:@?(?:${label}\\.)+[a-z](?:[a-z0-9-]{0,61}[a-z0-9])?)?$`, 'i'),
    words: 'Type the whole handle, like name.bsky.social.',
  },
}

/** Why this is no handle on a network, in a sentence for the field; undefined: it is one, or empty. */
export const handleFault = (network: NetworkName, typed: string): string | undefined =>
  handleRules[network].pattern.test(typed.trim()) ? undefined : handleRules[network].words
