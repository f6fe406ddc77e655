/** What a post says on each of its channels: the words that really go out, as pure functions. */
import type { OutputOf } from '#contract/client.ts'
import type { Post } from '#contract/posts/post.ts'
import { resolveMentions } from '#networks/findings.ts'

type Words = Pick<Post, 'content' | 'ownTexts'>
type Channel = Pick<OutputOf<'listChannels'>['data'][number], 'id' | 'name' | 'network'>

export interface Text {
  /** Its first channel's; empty for a post without channels. */
  id: string
  network: string
  /** The channels that get exactly this, in words. */
  names: string
  /** Its parts, mentions resolved. */
  parts: string[]
}

/** One entry for each text that differs, in the order of the post's channels; a post without channels has its common one. */
export function textsOf(
  { content, ownTexts }: Words,
  channelIds: string[],
  channels: Channel[],
): Text[] {
  const texts = new Map<string, Text>()
  for (const id of channelIds) {
    const channel = channels.find((c) => c.id === id)
    const network = channel?.network ?? ''
    const segments = ownTexts.find((o) => o.channelId === id)?.segments ?? content.segments
    const parts = segments.map((s) => resolveMentions(s.text, content.mentions as never, network))
    const key = JSON.stringify([network, parts])
    const known = texts.get(key)
    const name = channel?.name ?? 'A channel that is gone'
    texts.set(
      key,
      known ? { ...known, names: `${known.names}, ${name}` } : made(id, network, name, parts),
    )
  }
  if (texts.size > 0) return [...texts.values()]
  return [
    made(
      '',
      '',
      '',
      content.segments.map((s) => s.text),
    ),
  ]
}

const made = (id: string, network: string, names: string, parts: string[]): Text => ({
  id,
  network,
  names,
  parts,
})

/** Whether somebody who read one of these texts has read them all. */
export const sayTheSame = (texts: Text[]): boolean =>
  new Set(texts.map((t) => JSON.stringify(t.parts))).size <= 1
