/** What posts name of other subjects: images and channels. In a unit of work. */
import { namesAsset, type AssetUse } from '../media/media.ts'
import { rows } from '../platform/db.ts'

export async function usePostsMake(assetId: string): Promise<AssetUse> {
  const [found] = await rows<{ decided: boolean | null }>(
    `select bool_or(state = 'approved') as decided from posts where ${namesAsset('content')} or ${namesAsset('own_texts')}`,
    [assetId],
  )
  if (found?.decided === null || !found) return null
  return found.decided ? 'decided' : 'used'
}

export async function isNamedByPosts(channelId: string): Promise<boolean> {
  return (
    (await rows('select 1 from posts where $1 = any(channel_ids) limit 1', [channelId])).length > 0
  )
}
