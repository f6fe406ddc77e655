/** A new post that is not saved yet is kept in this browser. */
import { forget, keep, readKept } from '#lib/platform/kept.ts'
import type { Typed } from './editor.svelte.ts'

const keyOf = (workspace: string) => `postaura.post.${workspace}`

const isEmpty = (post: Pick<Typed, 'parts' | 'own'>): boolean =>
  [post.parts, ...Object.values(post.own)]
    .flat()
    .every((part) => !part.text.trim() && part.assetIds.length === 0)

/** What was kept, and after it what was typed before the page was ready. */
export function withKeptPost(workspace: string, typed: Typed): Partial<Typed> | null {
  const kept = readKept<Partial<Typed>>(keyOf(workspace))
  if (!kept?.parts?.length || isEmpty(typed)) return kept
  const last = kept.parts.at(-1)!
  const text = [last.text, typed.parts[0]!.text].filter((t) => t.trim()).join('\n\n')
  return { ...kept, parts: [...kept.parts.slice(0, -1), { ...last, text }] }
}

export function keepPost(workspace: string, post: Typed): void {
  if (isEmpty(post)) forgetPost(workspace)
  else keep(keyOf(workspace), post)
}

export const forgetPost = (workspace: string): void => forget(keyOf(workspace))
