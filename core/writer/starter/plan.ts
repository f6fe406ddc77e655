/** The starter writer's plan: each week is named after what its facts are mostly about. */
import type { PlanInput } from '../types.ts'
import { weeksOf } from '../slots.ts'
import { assignFacts } from './facts.ts'
import { createPicker } from './picker.ts'
import { kindOf, stockFor } from './read.ts'

/** Theme and angle per week, in the brief's language; in others the week's dates stand for themselves. */
export function starterPlan({ brief, slots }: PlanInput): {
  weeks: { theme: string; angle: string }[]
} {
  const weeks = weeksOf(brief, slots)
  const stock = stockFor(brief.language)
  if (!stock)
    return { weeks: weeks.map((w) => ({ theme: `${w.from} – ${w.to}`, angle: brief.product })) }
  const seed = brief.product + brief.facts.join('\n')
  const facts = assignFacts(brief, slots, seed)
  const picker = createPicker(seed, [])
  const middle = stock.angles.middle
  return {
    weeks: weeks.map((_, week) => {
      const last = week === weeks.length - 1 && weeks.length > 1
      const first = week === 0
      const kinds = slots
        .flatMap((s, i) => (s.week === week ? (facts[i]?.must ?? []) : []))
        .map(kindOf)
      const leading = kinds.find((k) => k !== 'other') ?? 'other'
      const themes = first
        ? stock.openingThemes
        : last
          ? stock.closingThemes
          : [...stock.themes[leading], ...stock.themes.other]
      const own = first || last ? themes : themes.slice(0, stock.themes[leading].length)
      const angle = first
        ? stock.angles.opening
        : last
          ? stock.angles.closing
          : middle[(week - 1) % middle.length]!
      return { theme: picker.from(own) ?? brief.product, angle }
    }),
  }
}
