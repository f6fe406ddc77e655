/** What servers make of a text before they show it: Markdown, typographic signs, numbered characters, images for emoji, short links. */
import { escaped } from './server.ts'

/** A text in which each of them changes something. */
export const rewritable = (text: string): string =>
  `${text} *All* of it is "new" - :tada: https://example.org/a/long/way/to/go`

/** As such a server lists it. */
export function rewritten(text: string): string {
  const html = escaped(text.trim())
    .replaceAll('&quot;', '&#34;')
    .replaceAll('&#39;', '&#x27;')
    .replaceAll(' - ', ' &mdash; ')
    .replace(/\*([^*\s][^*]*)\*/g, '<em>$1</em>')
    .replace(/:([a-z]+):/g, '<img class="emoji" src="/emoji/$1.png" />')
    .replace(/https?:\/\/[^\s<]+/g, '<a href="https://s.example/x1">s.example/x1</a>')
  return `<p>${html}</p>`
}
