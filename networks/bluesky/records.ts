/** From a post to records with everything frozen: keys, times, references. Pure. */
import type { Frozen, Json, Network, OutgoingPost } from '../network.ts'
import { cidOf } from './cid.ts'
import { facetsOf } from './facets.ts'
import { tidFor } from './tid.ts'

export const collection = 'app.bsky.feed.post'

export interface Image {
  blob: Json
  alt: string
  width: number
  height: number
}

export interface Card {
  uri: string
  title: string
  description: string
  thumb: Json | null
}

/** What `prepare` found out, part by part. */
export interface Prepared {
  dids: Record<string, string>
  /** Handles that nobody has; absent in what was prepared before they were noted. */
  nobody?: string[]
  segments: { images: Image[]; card: Card | null }[]
}

/** One record to be written. `cid` is what the server will call its content. */
export interface Write {
  rkey: string
  uri: string
  cid: string
  value: { [key: string]: Json }
}

export interface Payload {
  repo: string
  writes: Write[]
}

export const compose: Network['compose'] = (post, prepared, { token, at, channel }): Frozen => {
  const { dids, segments } = prepared as unknown as Prepared
  const writes: Write[] = []
  post.content.segments.forEach(({ text }, index) => {
    const rkey = tidFor(token, at, index)
    const uri = `at://${channel.remoteId}/${collection}/${rkey}`
    const parts = segments[index] ?? { images: [], card: null }
    const value = record(post, text.normalize('NFC'), {
      createdAt: new Date(at.getTime() + index).toISOString(),
      dids,
      ...parts,
      reply: replyTo(writes),
    })
    writes.push({ rkey, uri, cid: cidOf(value), value })
  })
  const payload: Payload = { repo: channel.remoteId, writes }
  const handle = writes.map(({ rkey, cid }) => ({ rkey, cid }))
  return { payload: payload as unknown as Json, handle: { repo: payload.repo, records: handle } }
}

interface Around {
  createdAt: string
  dids: Record<string, string>
  images: Image[]
  card: Card | null
  reply: Json | null
}

function record(post: OutgoingPost, text: string, around: Around): { [key: string]: Json } {
  const facets = facetsOf(text, around.dids)
  const embed = embedOf(around.images, around.card)
  return {
    $type: collection,
    text,
    createdAt: around.createdAt,
    langs: [post.content.language],
    ...(facets.length > 0 && { facets }),
    ...(embed && { embed }),
    ...(around.reply && { reply: around.reply }),
  }
}

function embedOf(images: Image[], card: Card | null): Json | null {
  if (images.length > 0)
    return {
      $type: 'app.bsky.embed.images',
      images: images.map(({ blob, alt, width, height }) => ({
        image: blob,
        alt,
        aspectRatio: { width, height },
      })),
    }
  if (!card) return null
  const { uri, title, description, thumb } = card
  return {
    $type: 'app.bsky.embed.external',
    external: { uri, title, description, ...(thumb !== null && { thumb }) },
  }
}

function replyTo(before: Write[]): Json | null {
  const root = before[0]
  const parent = before.at(-1)
  if (!root || !parent) return null
  return { root: { uri: root.uri, cid: root.cid }, parent: { uri: parent.uri, cid: parent.cid } }
}
