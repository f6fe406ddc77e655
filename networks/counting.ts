/** Counting that more than one network needs. No imports: the browser counts with the same code as the server. */

const segmenter = new Intl.Segmenter('en', { granularity: 'grapheme' })

/** What a person sees as one character, in NFC: an emoji family is 1, "é" in two code points is 1. */
export function graphemes(text: string): number {
  let count = 0
  for (const _ of segmenter.segment(text.normalize('NFC'))) count += 1
  return count
}

export function utf8Bytes(text: string): number {
  return new TextEncoder().encode(text.normalize('NFC')).length
}

const linkPattern = /https?:\/\/[^\s<>"“”«»]+/giu
const closing: Record<string, string> = { ')': '(', ']': '[', '}': '{' }

export interface Link {
  /** Position in UTF-16 units, as `String.slice` counts. */
  start: number
  end: number
  url: string
}

/** Links as people write them: punctuation that closes a sentence or a bracket around the link is not part of it. */
export function findLinks(text: string): Link[] {
  return [...text.matchAll(linkPattern)].flatMap((match) => {
    const url = withoutTrailingPunctuation(match[0])
    if (!/^https?:\/\/[^/?#]/i.test(url)) return []
    return [{ start: match.index, end: match.index + url.length, url }]
  })
}

function withoutTrailingPunctuation(url: string): string {
  let end = url.length
  while (end > 0) {
    const last = url[end - 1]!
    const opener = closing[last]
    const kept = url.slice(0, end)
    const unbalanced = opener !== undefined && kept.split(opener).length < kept.split(last).length
    if (!/[.,;:!?'’*_~]/u.test(last) && !unbalanced) break
    end -= 1
  }
  return url.slice(0, end)
}
