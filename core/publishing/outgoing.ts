/** The post as one channel gets it: its own text where it has one, mentions resolved, images at hand. */
import { createHash } from 'node:crypto'
import type { MediaItem, OutgoingPost } from '../../networks/network.ts'
import { resolveFor } from '../../networks/findings.ts'
import type { Context } from '../platform/context.ts'
import { fileWithin } from '../media/bytes.ts'
import { Asset } from '../media/models/asset.ts'
import type { Post } from '../posts/models/post.ts'

type Words = Pick<Post, 'content' | 'ownTexts'>

/** The words of a post for one channel. */
export function wordsFor(post: Words, channel: { id: string; network: string }) {
  const own = post.ownTexts.find((o) => o.channelId === channel.id)
  const content = own ? { ...post.content, segments: own.segments } : post.content
  return resolveFor(content as OutgoingPost['content'], channel.network)
}

/** Of all its channels together. */
export const assetIdsOf = (post: Words): string[] => [
  ...new Set(
    [post.content, ...post.ownTexts].flatMap((c) => c.segments.flatMap((s) => s.assetIds)),
  ),
]

/** What is known of a post's images, read in the current unit of work; bytes are loaded by whoever needs them. */
export async function mediaOf(
  ctx: Pick<Context, 'config' | 'db' | 'store' | 'now'>,
  workspaceId: string,
  post: Words,
): Promise<Map<string, MediaItem>> {
  const ids = assetIdsOf(post)
  const assets = ids.length === 0 ? [] : await Asset.findAll({ where: { id: ids } })
  return new Map(
    assets.map(({ id, mime, bytes, width, height, alt }) => [
      id,
      {
        assetId: id,
        mime,
        bytes,
        width,
        height,
        alt,
        within: (limit) => fileWithin(ctx, { workspaceId, assetId: id }, limit),
      },
    ]),
  )
}

/** The same for the same words and images, whatever else about the post changed. */
export function contentHash({ content, media }: OutgoingPost): string {
  const parts = content.segments.map(({ text, assetIds }) => [
    text,
    assetIds.map((id) => [id, media.get(id)?.alt ?? '']),
  ])
  return createHash('sha256')
    .update(JSON.stringify([content.language, parts]))
    .digest('hex')
}
