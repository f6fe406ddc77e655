/** Networks by the names that callers give. */
import { fieldProblem } from '#contract/platform/problems.ts'
import type { Network } from '../../networks/network.ts'
import type { Context } from '../platform/context.ts'

/** What is said of a name that no network has. */
export const unknownNetwork = (known: string[]): string =>
  `There is no network of this name. Known are ${[...known].sort().join(', ')}.`

/** The network of this name; throws `invalid` at `pointer` when there is none. */
export function networkNamed(
  { networks }: Pick<Context, 'networks'>,
  name: string,
  pointer: string,
): Network {
  const network = Object.hasOwn(networks, name) ? networks[name] : undefined
  if (!network) throw fieldProblem(pointer, unknownNetwork(Object.keys(networks)))
  return network
}
