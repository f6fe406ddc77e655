/** The limits of PostAura's own public page. Importable by the browser. */
import { graphemes } from '../counting.ts'
import type { NetworkRules } from '../rules.ts'

export const rules: NetworkRules = {
  name: 'page',
  title: 'PostAura page',
  textMax: 5000,
  segmentsMax: 20,
  mediaMax: 10,
  mediaMimes: ['image/jpeg', 'image/png', 'image/gif', 'image/webp'],
  mediaBytesMax: 20_000_000,
  altMax: 2000,
  fold: null,
  cards: 'none',
  source: 'networks/page/rules.ts',
  count: graphemes,
  linkText: (url) => url,
}
