/** Mentions in a post's texts: `@{Name}` stands for somebody, whose handles are kept beside the text. */
import { handleFault } from '#contract/posts/handles.ts'
import type { NetworkName } from '#contract/platform/common.ts'
import type { Mention, Part } from './editor.svelte.ts'

/** The networks on which somebody can be mentioned, as the fields call them. */
export const mentionable = [
  { network: 'bluesky', title: 'Bluesky', example: '@ridgeline.bsky.social' },
  { network: 'mastodon', title: 'Mastodon', example: '@ridgeline@mastodon.social' },
] as const satisfies { network: NetworkName; title: string; example: string }[]

/** The parts with a mention under another name; null: with the plain name where it stood. */
export const renamed = (parts: Part[], from: string, to: string | null): Part[] =>
  parts.map((part) => ({
    ...part,
    text: part.text.replaceAll(`@{${from}}`, to === null ? from : `@{${to}}`),
  }))

/** Why a handle cannot be used, by network. */
export function faultsIn(handles: Mention['handles']): Partial<Record<NetworkName, string>> {
  const found = mentionable.flatMap(({ network }) => {
    const fault = handleFault(network, handles[network] ?? '')
    return fault ? [[network, fault]] : []
  })
  return Object.fromEntries(found) as Partial<Record<NetworkName, string>>
}
