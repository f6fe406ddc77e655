import { findLinks } from '#networks/counting.ts'

/** The link that a card is made of: found as it is when publishing. */
export const firstLink = (text: string): string | undefined => findLinks(text)[0]?.url

/** A text cut at what networks make clickable, for previews. */
export interface Piece {
  kind: 'text' | 'link' | 'tag' | 'mention'
  text: string
}

const pattern =
  /(https?:\/\/[^\s<>]*[^\s<>.,;:!?)\]}'"])|([@][\w.-]+(?:@[\w.-]+\w)?\w)|(#[\p{L}\p{N}_]+)/gu

export function pieces(text: string): Piece[] {
  const out: Piece[] = []
  let at = 0
  for (const match of text.matchAll(pattern)) {
    if (match.index > at) out.push({ kind: 'text', text: text.slice(at, match.index) })
    out.push({ kind: match[1] ? 'link' : match[2] ? 'mention' : 'tag', text: match[0] })
    at = match.index + match[0].length
  }
  if (at < text.length) out.push({ kind: 'text', text: text.slice(at) })
  return out
}

/** The beginning of a text in pieces, as long as that. */
export function begins<P extends Piece>(text: P[], length: number): P[] {
  let left = length
  return text.flatMap((piece) => {
    const part = piece.text.slice(0, Math.max(0, left))
    left -= piece.text.length
    return part ? [{ ...piece, text: part }] : []
  })
}
