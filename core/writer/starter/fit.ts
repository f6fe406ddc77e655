/** Makes pieces fit a network: the dispensable go first, and what must be told moves into a thread where there is one. */
import { graphemes } from '../../../networks/counting.ts'
import type { WriterNetwork } from '../types.ts'
import type { Piece } from './pieces.ts'
import { dropOrder } from './patterns.ts'

/** The post's segments; each within the network's limit as far as pieces can be taken apart. */
export function fit(pieces: Piece[], network: WriterNetwork): string[] {
  let kept = pieces
  for (const name of dropOrder) {
    for (;;) {
      const text = join(kept)
      if (graphemes(text) <= network.textMax) return [text]
      const at = kept.findLastIndex((p) => p.name === name)
      if (at < 0) break
      kept = kept.filter((_, i) => i !== at)
    }
  }
  return thread(
    pieces.filter((p) => !['aside', 'scene', 'question', 'audience'].includes(p.name)),
    network,
  )
}

function join(pieces: Piece[]): string {
  let text = ''
  for (const piece of pieces) {
    const glue = text === '' ? '' : piece.paragraph ? '\n\n' : piece.line ? '\n' : ' '
    text += glue + piece.text
  }
  return text
}

/** Fills one segment after the other. A single piece beyond the limit stays whole: cutting a fact could change what it says. */
function thread(pieces: Piece[], network: WriterNetwork): string[] {
  const parts: Piece[][] = [[]]
  for (const piece of pieces) {
    const last = parts.at(-1)!
    const fits = last.length === 0 || graphemes(join([...last, piece])) <= network.textMax
    if (fits || parts.length >= network.segmentsMax) last.push(piece)
    else parts.push([piece])
  }
  return parts.map(join)
}
