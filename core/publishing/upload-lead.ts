/** How long before the instant a post's uploads begin: the more there is to send, the earlier. */
import { manifestOf } from '../../networks/manifests.ts'
import { Asset } from '../media/models/asset.ts'
import type { Post } from '../posts/models/post.ts'
import { assetIdsOf } from './outgoing.ts'

/** For asking, processing and a try more, whatever the size. */
const leastMs = 60_000

/** A file that goes up, and where to. */
export interface Upload {
  network: string
  bytes: number
}

/**
 * Milliseconds, 0 where nothing goes up. `bytesPerSecond` is the line of all uploads together, thought slow. Never so early that a network forgets
 * its upload before the instant. Pure.
 */
export function uploadLeadMs(uploads: Upload[], bytesPerSecond: number): number {
  let bytes = 0
  let longestMs = Infinity
  for (const upload of uploads) {
    const manifest = manifestOf(upload.network)
    if (!manifest || manifest.own) continue
    bytes += Math.min(upload.bytes, manifest.mediaBytesMax)
    longestMs = Math.min(longestMs, manifest.uploadsKept / 4)
  }
  if (bytes === 0) return 0
  return Math.min(longestMs, leastMs + (bytes / bytesPerSecond) * 1000)
}

/** What goes up for a post on these networks, in the current unit of work. */
export async function uploadsFor(post: Post, networks: string[]): Promise<Upload[]> {
  const ids = assetIdsOf(post)
  if (ids.length === 0) return []
  const assets = await Asset.findAll({ where: { id: ids }, attributes: ['bytes'] })
  return networks.flatMap((network) => assets.map(({ bytes }) => ({ network, bytes })))
}
