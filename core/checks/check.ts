/** Holds a text against its brief: what the brief does not say, nobody may say for it. Pure; works the same for models, rules and people. */
import type { Brief } from '#contract/campaigns/campaigns.ts'
import { findLinks } from '../../networks/counting.ts'
import type { Finding } from '../../networks/findings.ts'
import { calendarPattern, claims, numberWords, pricePattern } from './claims.ts'

type Found = Omit<Finding, 'segment'>

/** What one text says that the brief does not. Claims, links, mentions and prices block; other numbers and dates ask for a look. */
export function checkText(brief: Brief, text: string): Found[] {
  const source = briefText(brief)
  const bare = withoutLinks(text)
  return [
    ...unknownLinks(brief, source, text),
    ...unknownMentions(source, bare),
    ...unsupportedClaims(source, bare),
    ...unknownNumbers(source, bare),
    ...unknownDates(source, bare),
  ]
}

function briefText(b: Brief): string {
  return [b.product, b.audience, b.goal, ...b.facts, ...b.links].join('\n')
}

function withoutLinks(text: string): string {
  return findLinks(text).reduceRight(
    (rest, link) => rest.slice(0, link.start) + ' ' + rest.slice(link.end),
    text,
  )
}

function unknownLinks(brief: Brief, source: string, text: string): Found[] {
  const known = new Set([...brief.links, ...findLinks(source).map((l) => l.url)].map(bareLink))
  return findLinks(text)
    .filter((link) => !known.has(bareLink(link.url)))
    .map((link) => ({
      code: 'unknown_link',
      level: 'block',
      message: `The link ${link.url} is not in your brief.`,
    }))
}

/** A link without campaign tags, fragment and closing slash: those do not make it another address. */
function bareLink(link: string): string {
  const url = new URL(link)
  for (const name of [...url.searchParams.keys()])
    if (name.startsWith('utm_')) url.searchParams.delete(name)
  url.hash = ''
  return url.href.replace(/\/$/, '')
}

function unknownMentions(source: string, text: string): Found[] {
  const names = [
    ...text.matchAll(
      /(?<![\p{L}\p{N}.])@(?:\{([^}]+)\}|([\p{L}\p{N}_][\p{L}\p{N}_.@-]*[\p{L}\p{N}_]))/gu,
    ),
  ]
  return names
    .filter((m) => !source.toLowerCase().includes((m[1] ?? m[2] ?? '').toLowerCase()))
    .map((m) => ({
      code: 'unknown_mention',
      level: 'block',
      message: `The mention ${m[0]} is not in your brief.`,
    }))
}

function unsupportedClaims(source: string, text: string): Found[] {
  return claims.flatMap(({ code, pattern, why }) => {
    const match = pattern.exec(text)
    return match && !pattern.test(source)
      ? [{ code, level: 'block' as const, message: `“${match[0]}” ${why}` }]
      : []
  })
}

const digits = /\d+(?:[.,:]\d+)*/gu
const words = new RegExp(
  `(?<![\\p{L}-])(${Object.keys(numberWords).join('|')})(?![\\p{L}-])`,
  'giu',
)

function unknownNumbers(source: string, text: string): Found[] {
  const known = new Set([...source.matchAll(digits)].map((m) => plain(m[0])))
  for (const m of source.matchAll(words)) known.add(String(numberWords[m[0].toLowerCase()]))
  const found: Found[] = []
  for (const m of [...text.matchAll(digits), ...text.matchAll(words)]) {
    const value = numberWords[m[0].toLowerCase()]?.toString() ?? plain(m[0])
    if (known.has(value)) continue
    const priced = pricePattern.test(
      text.slice(Math.max(0, m.index - 4), m.index + m[0].length + 8),
    )
    found.push({
      code: priced ? 'unknown_price' : 'unknown_number',
      level: priced ? 'block' : 'warn',
      message: `“${withNextWord(text, m.index, m[0])}” is not in your brief.`,
    })
  }
  return found
}

/** `1,1` and `1.1` are the same; so are `10.000` and `10000`. */
function plain(number: string): string {
  return number
    .replace(/[.,](?=\d{3}(?:\D|$))/g, '')
    .replace(/,/g, '.')
    .replace(/^0+(?=\d)/, '')
}

function withNextWord(text: string, at: number, number: string): string {
  const next = /^[\s-]*[\p{L}%€$£]+/u.exec(text.slice(at + number.length))?.[0] ?? ''
  return number + next
}

function unknownDates(source: string, text: string): Found[] {
  const lower = source.toLowerCase()
  const names = new Set([...text.matchAll(calendarPattern)].map((m) => m[0]))
  return [...names]
    .filter((name) => !lower.includes(name.toLowerCase().replace(/s$/, '')))
    .map((name) => ({
      code: 'unknown_date',
      level: 'warn',
      message: `“${name}” is not in your brief. Add a fact?`,
    }))
}
