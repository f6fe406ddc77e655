/** Mentions in a post's texts: `@{Name}` stands for somebody, whose handles are kept beside the text. */
import { manifests } from '#networks/manifests.ts'
import type { Mention, Part } from './editor.svelte.ts'

/** The networks on which somebody can be mentioned, as the fields call them. */
export const mentionable = manifests()
  .filter(({ own }) => !own)
  .map(({ name, title, handles }) => ({ network: name, title, handles }))

/** The parts with a mention under another name; null: with the plain name where it stood. */
export const renamed = (parts: Part[], from: string, to: string | null): Part[] =>
  parts.map((part) => ({
    ...part,
    text: part.text.replaceAll(`@{${from}}`, to === null ? from : `@{${to}}`),
  }))

/** Why a handle cannot be used, by network. */
export function faultsIn(typed: Mention['handles']): Record<string, string> {
  const found = mentionable.flatMap(({ network, handles }) =>
    handles.pattern.test((typed[network] ?? '').trim()) ? [] : [[network, handles.words]],
  )
  return Object.fromEntries(found) as Record<string, string>
}
