/** Which post tells which facts: each fact leads once before any leads twice, and dated ones before their date has passed. */
import { Temporal } from 'temporal-polyfill'
import type { Brief } from '#contract/campaigns/campaigns.ts'
import type { Slot } from '../types.ts'
import { kindOf } from './read.ts'
import type { Kind } from './stock.ts'
import { hash } from './text.ts'

export interface PostFacts {
  /** Told on every network. */
  must: string[]
  /** Told where there is room, most welcome first. */
  support: string[]
  role: 'opening' | 'middle' | 'closing'
}

const months = [
  'jan',
  'feb',
  'm[aä]r',
  'apr',
  'ma[yi]',
  'jun',
  'jul',
  'aug',
  'sep',
  'o[ck]t',
  'nov',
  'de[cz]',
]

/** The last day a fact speaks of; null when it names none. Without a year it is the next such day from the campaign's begin. */
export function lastDayIn(fact: string, from: string): string | null {
  const begin = Temporal.PlainDate.from(from)
  const days: Temporal.PlainDate[] = []
  const add = (day: number, month: number, year?: number) => {
    if (month < 1 || month > 12 || day < 1 || day > 31) return
    const date = Temporal.PlainDate.from({ year: year ?? begin.year, month, day })
    days.push(
      year === undefined && Temporal.PlainDate.compare(date, begin.subtract({ months: 6 })) < 0
        ? date.add({ years: 1 })
        : date,
    )
  }
  months.forEach((name, i) => {
    for (const m of fact.matchAll(
      new RegExp(`\\b(\\d{1,2})\\.? ${name}\\w*\\.?(?: (\\d{4}))?`, 'giu'),
    ))
      add(Number(m[1]), i + 1, m[2] ? Number(m[2]) : undefined)
    for (const m of fact.matchAll(
      new RegExp(`\\b${name}\\w* (\\d{1,2})(?!\\d|:)(?:, (\\d{4}))?`, 'giu'),
    ))
      add(Number(m[1]), i + 1, m[2] ? Number(m[2]) : undefined)
  })
  for (const m of fact.matchAll(/\b(\d{4})-(\d{2})-(\d{2})\b/g))
    add(Number(m[3]), Number(m[2]), Number(m[1]))
  for (const m of fact.matchAll(/\b(\d{1,2})\.(\d{1,2})\.(\d{4})?/g))
    add(Number(m[1]), Number(m[2]), m[3] ? Number(m[3]) : undefined)
  return days.map(String).sort().at(-1) ?? null
}

/** Facts for every slot of a campaign. The same brief and slots always give the same. */
export function assignFacts(brief: Brief, slots: Slot[], seed: string): PostFacts[] {
  const facts = [...new Set(brief.facts)]
  const lastDay = new Map(facts.map((f) => [f, lastDayIn(f, brief.from)]))
  const expired = (fact: string, slot: Slot | undefined) =>
    (lastDay.get(fact) ?? '9999') < (slot?.wallTime.slice(0, 10) ?? '')
  const leads = leadsOf(facts, slots, expired)
  const told = new Map(facts.map((f) => [f, 0]))
  // What was told less comes first, but what goes well with the lead may come a little earlier.
  const weight = (fact: string, must: string[]) =>
    (told.get(fact) ?? 0) -
    (must[0] !== undefined && family(kindOf(fact)) === family(kindOf(must[0])) ? 1 : 0)
  return slots.map((slot, i) => {
    const must = leads[i] ?? []
    must.forEach((f) => told.set(f, (told.get(f) ?? 0) + 1))
    const support = facts
      .filter((f) => !must.includes(f) && !expired(f, slot))
      .sort(
        (a, b) =>
          weight(a, must) - weight(b, must) ||
          hash(`${seed} ${i} ${a}`) - hash(`${seed} ${i} ${b}`),
      )
    support.slice(0, 2).forEach((f) => told.set(f, (told.get(f) ?? 0) + 0.5))
    return { must, support, role: roleOf(i, slots.length) }
  })
}

const families: Kind[][] = [
  ['making', 'material', 'people', 'measure'],
  ['place', 'hours', 'when', 'date'],
  ['price', 'free', 'service'],
  ['other'],
]

/** Kinds that read well beside each other. */
function family(kind: Kind): number {
  return families.findIndex((f) => f.includes(kind))
}

function roleOf(index: number, count: number): PostFacts['role'] {
  if (index === 0 && count > 1) return 'opening'
  return index === count - 1 && count > 2 ? 'closing' : 'middle'
}

/** The facts that lead each post. Rounds go through all facts; one that would expire before its turn comes first. */
function leadsOf(
  facts: string[],
  slots: Slot[],
  expired: (fact: string, slot: Slot | undefined) => boolean,
): string[][] {
  const perPost = Math.max(1, Math.ceil(facts.length / Math.max(1, slots.length)))
  let round: string[] = []
  let rounds = 0
  return slots.map((slot, i) => {
    const left = slots.length - i
    const must: string[] = []
    for (let k = 0; k < perPost && facts.length > 0; k += 1) {
      if (round.length === 0) {
        if (k > 0) break
        // Later rounds leave out what is over; when all is over, nothing is left but to repeat.
        const valid = facts.filter((f) => i === 0 || !expired(f, slot))
        round = rotate(valid.length > 0 ? valid : facts, rounds)
        rounds += 1
      }
      const urgent = round.findIndex(
        (f) => !expired(f, slot) && expired(f, slots[i + 1]) && left > 1,
      )
      const [next] = round.splice(Math.max(0, urgent), 1)
      if (next !== undefined) must.push(next)
    }
    return must
  })
}

/** Another beginning for another round, so that rounds do not repeat each other's order. */
function rotate(facts: string[], by: number): string[] {
  const at = by % facts.length
  return [...facts.slice(at), ...facts.slice(0, at)]
}

/** Whether something the brief announces has not begun at a slot: then readers can look, but not order yet. */
export function notBegun(brief: Brief, slot: Slot | undefined): boolean {
  const day = slot?.wallTime.slice(0, 10) ?? ''
  return brief.facts.some((f) => begins.test(f) && (lastDayIn(f, brief.from) ?? '') > day)
}

const begins =
  /\b(?:opens?|starts?|begins?|launch\w*|from|available|ab|öffnet|startet|beginnt|eröffnet|erscheint|verfügbar)\b/iu
