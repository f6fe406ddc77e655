/** A link's card as a network will show it: read with the network's own code, so that the preview is what will be published. */
import type { LinkCard } from '#contract/posts/previews.ts'
import { networkNamed } from '../channels/networks.ts'
import type { Context } from '../platform/context.ts'
import { thumbnail } from '../media/images.ts'

/** Pixels; small enough to be sent inside the answer. */
const side = 480

export async function previewLink(
  ctx: Pick<Context, 'config' | 'networks' | 'http'>,
  workspaceId: string,
  network: string,
  url: string,
): Promise<LinkCard | null> {
  const card = await networkNamed(ctx, network, '/query/network').card?.(ctx.http, url)
  if (!card) return null
  const { title, description, image } = card
  const small = image && (await thumbnail(ctx, workspaceId, image.bytes, side))
  return {
    title,
    description,
    image: small && `data:image/webp;base64,${small.toString('base64')}`,
  }
}
