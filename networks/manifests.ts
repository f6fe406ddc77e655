/** Every network's manifest by name, for the browser as for the server: this file reaches nothing but `manifest.ts` files. */
import { manifest as bluesky } from './bluesky/manifest.ts'
import type { Manifest } from './manifest.ts'
import { manifest as mastodon } from './mastodon/manifest.ts'
import { manifest as page } from './page/manifest.ts'

/** In the order in which people are shown them. A new network is a folder, a line here and a line in `registry.ts`. */
const byName = new Map<string, Manifest>(
  [mastodon, bluesky, page].map((manifest) => [manifest.name, manifest]),
)

export const manifests = (): Manifest[] => [...byName.values()]

/** Makes one more network known, whose folder is elsewhere. Throws when its name is taken. */
export function addManifest(manifest: Manifest): void {
  if (byName.has(manifest.name)) throw new Error(`there are two networks ${manifest.name}`)
  byName.set(manifest.name, manifest)
}

/** The manifest for one channel: with its server's own limits where `settings` (saved when connecting) has them. Null: no such network. */
export function manifestOf(
  network: string,
  settings: Record<string, unknown> = {},
): Manifest | null {
  const manifest = byName.get(network)
  return manifest ? { ...manifest, ...manifest.rulesOn?.(settings) } : null
}

/** The product's own place to publish, which every workspace has. */
export function ownNetwork(): Manifest {
  const own = manifests().find((manifest) => manifest.own)
  if (!own) throw new Error('no network is our own')
  return own
}
