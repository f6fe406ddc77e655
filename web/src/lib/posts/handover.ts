/** A new post's editor goes on to the page that the post gets once it is stored: what is typed on the way there is not lost, nor what was refused. */
import type { PostEditor } from './editor.svelte.ts'

let given: PostEditor | undefined

/** Only in the browser, which one person has: never while a page is rendered by the server. */
export function handOver(editor: PostEditor): void {
  given = editor
}

/** The editor that was handed over for this post; once. */
export function takeOver(postId: string): PostEditor | undefined {
  const editor = given?.id === postId ? given : undefined
  given = undefined
  return editor
}
