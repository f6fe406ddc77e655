/** Images by their ids, as far as the newest thousand reach. */
import type { Client } from '#contract/client.ts'
import type { Asset } from '#contract/media.ts'

const pagesMax = 5

export async function assetsOf(api: Client, workspaceId: string, ids: string[]): Promise<Asset[]> {
  const wanted = new Set(ids)
  const found: Asset[] = []
  let cursor: string | undefined
  for (let i = 0; i < pagesMax && found.length < wanted.size; i += 1) {
    const page = await api.listMedia({ params: { workspaceId }, query: { limit: 200, cursor } })
    found.push(...page.data.filter((asset) => wanted.has(asset.id)))
    if (!page.next) break
    cursor = page.next
  }
  return found
}
