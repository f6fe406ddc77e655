/** Before arming: uploads images, asks who the mentioned handles are, and makes the card for the first link. All of it may be repeated. */
import { findLinks } from '../counting.ts'
import {
  NetworkError,
  type Call,
  type Json,
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

export async function prepare(call: Call, authorized: Fetch, post: OutgoingPost): Promise<Json> {
  const { dids, nobody } = await peopleIn(call, post)
  const prepared: Prepared = { dids, nobody, segments: [] }
  for (const { text, assetIds } of post.content.segments) {
    const images: Image[] = []
    for (const assetId of assetIds)
      images.push(await image(call, authorized, post.media.get(assetId)))
    const link = images.length === 0 ? findLinks(text)[0] : undefined
    const upload = (bytes: Uint8Array, mime: string) => blob(call, authorized, bytes, mime)
    prepared.segments.push({
      images,
      card: link ? await cardOf(call.fetch, link.url, upload) : null,
    })
  }
  return prepared as unknown as Json
}

/** A handle that is nobody's may be a typing error, or somebody who moved; the post is worth more than the mention. */
export const remarks = (prepared: Json): string[] =>
  ((prepared as unknown as Prepared).nobody ?? []).map(
    (handle) => `Nobody on Bluesky is @${handle}, so it is plain text there and no mention.`,
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

async function image(call: Call, authorized: Fetch, item: MediaItem | undefined): Promise<Image> {
  if (!item)
    throw new NetworkError('no', 'media_refused', 'An image of this post is gone. Add it again.')
  const { bytes, mime, width, height } = await item.load({
    bytesMax: manifest.mediaBytesMax,
    mimes: manifest.mediaMimes,
  })
  return { blob: await blob(call, authorized, bytes, mime), alt: item.alt, width, height }
}

async function blob(call: Call, authorized: Fetch, bytes: Uint8Array, mime: string): Promise<Json> {
  const request = {
    method: 'POST',
    name: 'com.atproto.repo.uploadBlob',
    body: bytes,
    type: mime,
  } as const
  const asked = { phase: 'upload', now: call.now() } as const
  const { body } = await xrpc(authorized, call.channel.origin, request, asked)
  const given = valueAt(body, 'blob')
  if (given) return given as Json
  throw new NetworkError(
    'no',
    'media_refused',
    'The server took an image without saying where it is.',
  )
}
