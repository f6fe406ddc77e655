/** A new post that is not saved yet is kept in this browser. One that refuses storage loses only this safety. */
import type { Typed } from './editor.svelte.ts'

const keyOf = (workspace: string) => `postaura.post.${workspace}`

export function readKeptPost(workspace: string): Partial<Typed> | null {
  try {
    return JSON.parse(localStorage.getItem(keyOf(workspace)) ?? 'null') as Partial<Typed> | null
  } catch {
    return null
  }
}

export function keepPost(workspace: string, post: Typed): void {
  const parts = [post.parts, ...Object.values(post.own)].flat()
  if (!parts.some((p) => p.text.trim() || p.assetIds.length > 0)) return forgetPost(workspace)
  try {
    localStorage.setItem(keyOf(workspace), JSON.stringify(post))
  } catch {
    // A full or forbidden storage must not stand in the way of typing.
  }
}

export function forgetPost(workspace: string): void {
  try {
    localStorage.removeItem(keyOf(workspace))
  } catch {
    // As above.
  }
}
