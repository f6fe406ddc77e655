/** The words of a status out of its HTML, read once from front to end: whatever a server writes, it takes no longer than its length. */

/** Longer than this no status is; what follows is not read. */
const lengthMax = 200_000
/** Longest name of a character that is looked at. */
const nameMax = 12

const named: Record<string, string> = {
  lt: '<',
  gt: '>',
  quot: '"',
  apos: "'",
  amp: '&',
  nbsp: '\u00a0',
  shy: '\u00ad',
  mdash: '—',
  ndash: '–',
  hellip: '…',
  bull: '•',
  middot: '·',
  deg: '°',
  times: '×',
  lsquo: '‘',
  rsquo: '’',
  sbquo: '‚',
  ldquo: '“',
  rdquo: '”',
  bdquo: '„',
  laquo: '«',
  raquo: '»',
  lsaquo: '‹',
  rsaquo: '›',
  copy: '©',
  reg: '®',
  trade: '™',
  euro: '€',
  pound: '£',
  yen: '¥',
  cent: '¢',
  sect: '§',
  para: '¶',
  larr: '←',
  rarr: '→',
  auml: 'ä',
  ouml: 'ö',
  uuml: 'ü',
  Auml: 'Ä',
  Ouml: 'Ö',
  Uuml: 'Ü',
  szlig: 'ß',
  agrave: 'à',
  aacute: 'á',
  acirc: 'â',
  egrave: 'è',
  eacute: 'é',
  ecirc: 'ê',
  ccedil: 'ç',
  ograve: 'ò',
  oacute: 'ó',
  ocirc: 'ô',
  ntilde: 'ñ',
  iacute: 'í',
  uacute: 'ú',
}

/** Text of a status: tags gone, breaks and paragraphs as line ends, characters as they are read. */
export function textOf(html: string): string {
  const end = Math.min(html.length, lengthMax)
  let text = ''
  let at = 0
  while (at < end) {
    const next = nextMark(html, at, end)
    text += html.slice(at, next)
    if (next === end) break
    if (html[next] === '&') {
      const { character, length } = characterAt(html, next)
      text += character
      at = next + length
    } else {
      const close = html.indexOf('>', next)
      // A tag that never ends hides everything behind it.
      if (close === -1 || close >= end) break
      if (endsLine(html, next)) text += '\n'
      at = close + 1
    }
  }
  return text
}

function nextMark(html: string, from: number, end: number): number {
  for (let at = from; at < end; at += 1) if (html[at] === '<' || html[at] === '&') return at
  return end
}

const endsLine = (html: string, tag: number): boolean => {
  const start = html.slice(tag, tag + 4).toLowerCase()
  return start === '</p>' || (start.startsWith('<br') && !/[a-z]/.test(start[3] ?? ''))
}

/** The character that a reference stands for; an `&` that begins none stands for itself. */
function characterAt(html: string, at: number): { character: string; length: number } {
  const piece = html.slice(at + 1, at + 2 + nameMax)
  const end = piece.indexOf(';')
  const name = end === -1 ? '' : piece.slice(0, end)
  const character = name.startsWith('#') ? numbered(name.slice(1)) : lookUp(name)
  return character === null ? { character: '&', length: 1 } : { character, length: end + 2 }
}

const lookUp = (name: string): string | null => (Object.hasOwn(named, name) ? named[name]! : null)

function numbered(digits: string): string | null {
  const hex = /^[xX][0-9a-fA-F]{1,6}$/.test(digits)
  if (!hex && !/^\d{1,7}$/.test(digits)) return null
  const code = hex ? parseInt(digits.slice(1), 16) : Number(digits)
  const isCharacter = code > 0 && code <= 0x10ffff && (code < 0xd800 || code > 0xdfff)
  return isCharacter ? String.fromCodePoint(code) : '\ufffd'
}
