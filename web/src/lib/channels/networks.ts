/** Networks as pages show them, from their manifests. */
import type { Manifest } from '#networks/manifest.ts'
import { manifestOf, manifests } from '#networks/manifests.ts'

/** Those that an account can be connected on, in the order in which they are shown. */
export const connectable = (): Manifest[] =>
  manifests().filter(({ connect }) => Object.keys(connect).length > 0)

/** Whether this is the place that the product itself gives to every workspace. */
export const isOwn = (network: string): boolean => manifestOf(network)?.own ?? false
