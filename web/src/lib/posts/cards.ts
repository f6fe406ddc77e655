/** Cards of linked pages, each read once while the page is open. */
import type { LinkCard } from '#contract/posts/previews.ts'
import { api } from '#lib/platform/client.ts'

const kept = new Map<string, LinkCard | null>()

/** Null: there is none; undefined: PostAura could not say. */
export async function cardFor(
  workspaceId: string,
  network: string,
  url: string,
): Promise<LinkCard | null | undefined> {
  const key = `${network} ${url}`
  if (kept.has(key)) return kept.get(key)
  try {
    const { card } = await api.previewLink({ params: { workspaceId }, query: { network, url } })
    kept.set(key, card)
    return card
  } catch {
    // A preview is a courtesy: the sentence in its place says so.
    return undefined
  }
}
