/** Images by their ids. */
import type { Client } from '#contract/client.ts'
import type { Asset } from '#contract/media/media.ts'

export async function assetsOf(api: Client, workspaceId: string, ids: string[]): Promise<Asset[]> {
  const wanted = [...new Set(ids)]
  if (wanted.length === 0) return []
  const query = { ids: wanted, limit: 200 }
  return (await api.listMedia({ params: { workspaceId }, query })).data
}
