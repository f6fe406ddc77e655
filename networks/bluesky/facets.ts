/** What in a text is a link, a mention or a tag. Bluesky links nothing by itself and counts positions in UTF-8 bytes. */
import { findLinks } from '../counting.ts'
import type { Json } from '../network.ts'

/** Positions in UTF-16 units; `value` is the address, the handle without `@`, or the tag without `#`. */
export interface Span {
  kind: 'link' | 'mention' | 'tag'
  start: number
  end: number
  value: string
}

const mention =
  /(?<=^|[\s(])@((?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z](?:[a-z0-9-]{0,61}[a-z0-9])?)/giu
const tag = /(?<=^|\s)[#＃]((?!\ufe0f)[^\s#＃\u00AD\u2060\u200A-\u200D\u20e2]+)/gu

/** Everything that could be a facet, in order and without overlaps; a link wins over what stands inside it. */
export function spansIn(text: string): Span[] {
  const links: Span[] = findLinks(text).map(({ start, end, url }) => ({
    kind: 'link',
    start,
    end,
    value: url,
  }))
  const free = (span: Span) => !links.some((link) => span.start < link.end && link.start < span.end)
  return [...links, ...[...mentions(text), ...tags(text)].filter(free)].sort(
    (a, b) => a.start - b.start,
  )
}

function mentions(text: string): Span[] {
  return [...text.matchAll(mention)].map((match) => ({
    kind: 'mention',
    start: match.index,
    end: match.index + match[0].length,
    value: match[1]!.toLowerCase(),
  }))
}

/** Tags end before closing punctuation, are no bare number and at most 64 characters long, as in the official app. */
function tags(text: string): Span[] {
  return [...text.matchAll(tag)].flatMap((match) => {
    const value = match[1]!.replace(/\p{P}+$/u, '')
    if (!value || /^\d+$/.test(value) || [...value].length > 64) return []
    return [
      { kind: 'tag' as const, start: match.index, end: match.index + 1 + value.length, value },
    ]
  })
}

/** Facets of a text; a mention whose handle is nobody's stays plain text. `dids` maps handles to DIDs. */
export function facetsOf(text: string, dids: Record<string, string>): Json[] {
  return spansIn(text).flatMap((span) => {
    const feature = featureOf(span, dids)
    if (!feature) return []
    const byteStart = Buffer.byteLength(text.slice(0, span.start), 'utf8')
    const byteEnd = byteStart + Buffer.byteLength(text.slice(span.start, span.end), 'utf8')
    return [{ index: { byteStart, byteEnd }, features: [feature] }]
  })
}

function featureOf(span: Span, dids: Record<string, string>): Json | null {
  const $type = `app.bsky.richtext.facet#${span.kind}`
  if (span.kind === 'link') return { $type, uri: span.value }
  if (span.kind === 'tag') return { $type, tag: span.value }
  const did = dids[span.value]
  return did ? { $type, did } : null
}
