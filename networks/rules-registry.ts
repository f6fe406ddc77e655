/** Every network's rules by name, for the browser as for the server: this file reaches nothing but `rules.ts` files. */
import { rules as bluesky } from './bluesky/rules.ts'
import { rules as mastodon, rulesFor as mastodonRulesFor } from './mastodon/rules.ts'
import { rules as page } from './page/rules.ts'
import type { NetworkRules } from './rules.ts'

export const rulesRegistry: Record<string, NetworkRules> = { bluesky, mastodon, page }

/** Networks whose limits depend on the server a channel lives on. */
const byChannel: Record<string, (settings: Record<string, unknown>) => NetworkRules> = {
  mastodon: mastodonRulesFor,
}

/** The rules for one channel: its server's own limits where `settings` (saved when connecting) has them. Null: no such network. */
export function rulesOf(
  network: string,
  settings: Record<string, unknown> = {},
): NetworkRules | null {
  return byChannel[network]?.(settings) ?? rulesRegistry[network] ?? null
}
