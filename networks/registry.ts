/** Every network's functions by name. A new one is a folder, a line here and a line in `manifests.ts`. */
import { bluesky } from './bluesky/network.ts'
import { mastodon } from './mastodon/network.ts'
import type { Network } from './network.ts'
import { page } from './page/network.ts'

export const networks: Record<string, Network> = { bluesky, mastodon, page }
