/** Before arming: uploads images, asks who the mentioned handles are, and makes the card for the first link. */
import { because, type Because } from '#contract/posts/refusals.ts'
import { findLinks } from '../counting.ts'
import { imageGone } from '../files.ts'
import {
  NetworkError,
  type Call,
  type Json,
  type Keep,
  type MediaFile,
  type MediaItem,
  type OutgoingPost,
} from '../network.ts'
import { valueAt } from '../answers.ts'
import { cardOf } from './card.ts'
import { spansIn } from './facets.ts'
import { resolveHandle } from './identity.ts'
import type { Image, Prepared } from './records.ts'
import { manifest } from './manifest.ts'
import { xrpc, type Fetch } from './xrpc.ts'

/** How requests are authorized, and where the blobs of this preparation are kept. */
export interface Uploading {
  authorized: Fetch
  state: Json
  keep: Keep
}

/** An image that the server has; kept by its asset. */
type Uploaded = Omit<Image, 'alt'>

export async function prepare(
  call: Call,
  post: OutgoingPost,
  { authorized, state, keep }: Uploading,
): Promise<Json> {
  const { dids, nobody } = await peopleIn(call, post)
  const prepared: Prepared = { dids, nobody, segments: [] }
  const kept = { ...(state as unknown as Record<string, Uploaded> | null) }
  const imageOf = async (assetId: string): Promise<Image> => {
    const item = post.media.get(assetId)
    if (!item) throw imageGone()
    if (!kept[assetId]) {
      kept[assetId] = await uploaded(call, authorized, item)
      await keep(kept as unknown as Json)
    }
    return { ...kept[assetId], alt: item.alt }
  }
  for (const { text, assetIds } of post.content.segments) {
    const images: Image[] = []
    for (const assetId of assetIds) images.push(await imageOf(assetId))
    const link = images.length === 0 ? findLinks(text)[0] : undefined
    const upload = (file: MediaFile) => blob(call, authorized, file)
    prepared.segments.push({
      images,
      card: link ? await cardOf(call.fetch, link.url, upload) : null,
    })
  }
  return prepared as unknown as Json
}

/** A handle that is nobody's may be a typing error, or somebody who moved; the post is worth more than the mention. */
export const remarks = (prepared: Json): Because[] =>
  ((prepared as unknown as Prepared).nobody ?? []).map((handle) =>
    because('nobody_there', { where: manifest.title, handle }),
  )

async function peopleIn(
  call: Call,
  post: OutgoingPost,
): Promise<Required<Pick<Prepared, 'dids' | 'nobody'>>> {
  const spans = post.content.segments.flatMap(({ text }) => spansIn(text.normalize('NFC')))
  const handles = new Set(spans.flatMap((span) => (span.kind === 'mention' ? [span.value] : [])))
  const dids: Record<string, string> = {}
  const nobody: string[] = []
  for (const handle of handles) {
    const did = await resolveHandle(call.fetch, call.channel.origin, handle, call.now())
    if (did) dids[handle] = did
    else nobody.push(handle)
  }
  return { dids, nobody }
}

/** Its description goes out with the record. */
async function uploaded(call: Call, authorized: Fetch, item: MediaItem): Promise<Uploaded> {
  const { mediaBytesMax: bytesMax, mediaMimes: mimes } = manifest
  const file = await item.within({ bytesMax, mimes })
  const { width, height } = file
  return { blob: await blob(call, authorized, file), width, height }
}

async function blob(call: Call, authorized: Fetch, file: MediaFile): Promise<Json> {
  const request = { method: 'POST', name: 'com.atproto.repo.uploadBlob', file } as const
  const asked = { phase: 'upload', now: call.now() } as const
  const { body } = await xrpc(authorized, call.channel.origin, request, asked)
  const given = valueAt(body, 'blob')
  if (given) return given as Json
  throw new NetworkError('no', 'media_refused', because('image_unplaced'))
}
