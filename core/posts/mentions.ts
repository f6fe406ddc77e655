/** Mentions as people write them: which words are a handle is for each network to say. */
import type { Content } from '#contract/posts/post.ts'
import { Problem, type FieldFault } from '#contract/platform/problems.ts'
import { manifestOf, manifests } from '../../networks/manifests.ts'
import { unknownNetwork } from '../channels/networks.ts'

/** Throws `invalid` with a fault below `/content` for each handle that is none. For what people write; what is stored stays as it is. */
export function refuseHandles({ mentions }: Pick<Content, 'mentions'>): void {
  const errors = mentions.flatMap(({ handles }, index) =>
    Object.entries(handles).flatMap(([network, handle]): FieldFault[] => {
      const detail = faultOf(network, handle)
      return detail ? [{ pointer: `/content/mentions/${index}/handles/${network}`, detail }] : []
    }),
  )
  if (errors.length > 0) throw new Problem('invalid', errors[0]!.detail, { errors })
}

function faultOf(network: string, handle: string): string | null {
  const known = manifestOf(network)
  if (!known) return unknownNetwork(manifests().map(({ name }) => name))
  return known.handles.pattern.test(handle) ? null : known.handles.words
}
