/** Sentences of campaigns, as pure functions. */
import { parseDate } from '@internationalized/date'
import { day } from '#lib/platform/time.ts'

const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec']

/** `2026-12-01` -> `Tue 1 Dec`, with the year when it is another than `now`'s. */
export const dayOf = (date: string, now = new Date()): string =>
  day(parseDate(date).toDate('UTC'), 'UTC', now)

/** `27 Apr – 3 May`, with years where they differ. */
export function dateRange(from: string, to: string): string {
  const [a, b] = [parseDate(from), parseDate(to)]
  const year = a.year === b.year ? '' : ` ${a.year}`
  const month = a.month === b.month && a.year === b.year ? '' : ` ${months[a.month - 1]}`
  return `${a.day}${month}${year} – ${b.day} ${months[b.month - 1]}${year && ` ${b.year}`}`
}

export interface Counts {
  draft: number
  ready: number
  scheduled: number
  published: number
  trouble: number
}

/** `4 drafts · 2 scheduled · 1 needs a look`. */
export function countWords(counts: Counts): string {
  const parts = [
    counts.draft && `${counts.draft} ${counts.draft === 1 ? 'draft' : 'drafts'}`,
    counts.ready && `${counts.ready} approved`,
    counts.scheduled && `${counts.scheduled} scheduled`,
    counts.published && `${counts.published} published`,
    counts.trouble && `${counts.trouble} ${counts.trouble === 1 ? 'needs' : 'need'} a look`,
  ].filter(Boolean)
  return parts.join(' · ') || 'No posts'
}

/** `0.06 EUR`; nothing when nothing was bought, and said when it is not known. */
export function costWords(micros: number | null, currency: string | null): string {
  if (micros === null) return 'cost not known'
  if (micros === 0 || !currency) return 'no cost'
  return `${(micros / 1_000_000).toFixed(micros < 10_000 ? 4 : 2)} ${currency}`
}

const regions: Record<string, string> = {
  eu: 'EU',
  us: 'US',
  self: 'own server',
  other: 'elsewhere',
}

/** `Mistral, EU, kept 0 days`; a person's name; or that no model wrote it. */
export function writerWords(p: {
  kind: 'person' | 'model' | 'starter'
  writer: string
  region: string | null
  retentionDays: number | null
}): string {
  if (p.kind === 'starter') return 'Starter writer, no model'
  if (p.kind === 'person') return p.writer
  const kept = p.retentionDays === null ? '' : `, kept ${p.retentionDays} days`
  return `${p.writer}${p.region ? `, ${regions[p.region] ?? p.region}` : ''}${kept}`
}

/** The same as a sentence's beginning, where it stands alone. */
export const writtenBy = (p: Parameters<typeof writerWords>[0]): string =>
  `Written by ${p.kind === 'starter' ? 'the starter writer, no model' : writerWords(p)}`

/** One fact per line; bullets people paste are taken off. */
export const linesOf = (text: string): string[] =>
  text
    .split('\n')
    .map((line) => line.replace(/^\s*(?:[-–—•*]|\d+[.)])\s+/, '').trim())
    .filter(Boolean)
