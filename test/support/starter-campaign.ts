/** A whole campaign by the starter writer, without router or database: for its tests and the samples page. */
import type { Brief, Plan } from '#contract/campaigns/campaigns.ts'
import { planSlots, weeksOf } from '../../core/writer/slots.ts'
import { starterWriter } from '../../core/writer/starter/starter.ts'
import { type Draft, type DraftInput, type Slot, segmentsFor } from '../../core/writer/types.ts'
import { writerNetworks } from '../../core/writer/write.ts'
import type { Manifest } from '../../networks/manifest.ts'

export interface Campaign {
  brief: Brief
  plan: Plan
  slots: Slot[]
  posts: { slot: Slot; draft: Draft; texts: Record<string, string[]>; notes: string[] }[]
}

export function writeCampaign(brief: Brief, rules: Manifest[]): Campaign {
  const slots = planSlots(brief, new Date('2027-01-01T00:00:00Z'))
  const themes = starterWriter('plan', { brief, slots }) as Plan
  const plan = { weeks: weeksOf(brief, slots).map((w, i) => ({ ...w, ...themes.weeks[i]! })) }
  const posts = slots.map((slot, index) => {
    const draft = starterWriter('draft', draftInput(brief, plan, slots, index, rules)) as Draft
    const texts = Object.fromEntries(rules.map((r) => [r.name, segmentsFor(draft, r.name)]))
    return { slot, draft, texts, notes: draft.notes }
  })
  return { brief, plan, slots, posts }
}

export function draftInput(
  brief: Brief,
  plan: Plan,
  slots: Slot[],
  index: number,
  rules: Manifest[],
): DraftInput {
  return { brief, plan, slots, index, networks: writerNetworks(rules), said: [], redraft: null }
}
