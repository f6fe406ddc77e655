/** A new post that is not saved yet is kept in this browser. */
const keyOf = (workspace: string) => `postaura.post.${workspace}`

export interface KeptPost {
  parts: { text: string; assetIds: string[] }[]
  channelIds: string[]
}

export function readKeptPost(workspace: string): KeptPost | null {
  try {
    return JSON.parse(localStorage.getItem(keyOf(workspace)) ?? 'null') as KeptPost | null
  } catch {
    return null
  }
}

export function keepPost(workspace: string, post: KeptPost): void {
  const worth = post.parts.some((p) => p.text.trim() || p.assetIds.length > 0)
  if (worth) localStorage.setItem(keyOf(workspace), JSON.stringify(post))
  else localStorage.removeItem(keyOf(workspace))
}

export const forgetPost = (workspace: string): void => localStorage.removeItem(keyOf(workspace))
