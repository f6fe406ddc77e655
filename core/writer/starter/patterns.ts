/** How a post is built on each network: the recipes of its manifest, and what goes first when a text is too long. */
import type { Patterns } from '../../../networks/manifest.ts'
import { manifestOf } from '../../../networks/manifests.ts'

/** Throws for a network that is not registered: only channels of known networks are written for. */
export function patternsOf(network: string): Patterns {
  const manifest = manifestOf(network)
  if (!manifest) throw new Error(`there is no network ${network} to write for`)
  return manifest.patterns
}

/** Pieces in the order in which they go when a text is too long. */
export const dropOrder = [
  'aside',
  'relabelled',
  'support2',
  'question',
  'scene',
  'audience',
  'tags',
  'support',
  'open',
  'call',
]
