/** Ibis, a network that nobody has, which takes one film a post. */
import type { Manifest } from '../../../networks/manifest.ts'
import { manifest as heron } from '../heron/manifest.ts'

export const manifest: Manifest = {
  ...heron,
  name: 'ibis',
  title: 'Ibis',
  mediaMax: 1,
  mediaMimes: ['video/mp4'],
  mediaBytesMax: 4_000_000_000,
  uploadsKept: 24 * 60 * 60_000,
  source: 'test/networks/ibis/manifest.ts',
}
