/** What PostAura asks of a writer, model or not: the shapes of both tasks. */
import { z } from 'zod'
import { Brief, Plan } from '#contract/campaigns/campaigns.ts'
import { TimeZone, WallTime } from '#contract/platform/common.ts'
import type { Provenance } from '../../llm/types.ts'
import type { Finding } from '../../networks/findings.ts'

/** One instant of a campaign, as a person means it. `index` counts over the whole campaign, `week` within it, both from 0. */
export const Slot = z.object({
  wallTime: WallTime,
  timeZone: TimeZone,
  week: z.number().int(),
  index: z.number().int(),
})
export type Slot = z.infer<typeof Slot>

/** What a writer needs to know of a network; taken from its manifest. */
export const WriterNetwork = z.object({
  name: z.string(),
  title: z.string(),
  textMax: z.number().int(),
  segmentsMax: z.number().int(),
  /** How posts read there, in a few words. */
  style: z.string(),
})
export type WriterNetwork = z.infer<typeof WriterNetwork>

/** Words for a post: `segments` wherever a network has no entry in `own`. Networks are named once at most. */
export const Draft = z.object({
  segments: z.array(z.string().trim().min(1)).min(1),
  own: z.array(
    z.object({ network: z.string(), segments: z.array(z.string().trim().min(1)).min(1) }),
  ),
  /** What the writer has to say to the person: a remark it could not follow, facts that ran out. */
  notes: z.array(z.string()),
})
export type Draft = z.infer<typeof Draft>

export const PlanInput = z.object({ brief: Brief, slots: z.array(Slot) })
export type PlanInput = z.infer<typeof PlanInput>

export const DraftInput = z.object({
  brief: Brief,
  plan: Plan,
  /** All slots of the campaign in order, so that a writer knows what comes before and after. */
  slots: z.array(Slot),
  /** Which of `slots` this draft is for. */
  index: z.number().int().min(0),
  /** The networks of the brief's channels, each once. */
  networks: z.array(WriterNetwork).min(1),
  /** Common texts of the campaign's posts so far, oldest first, so that nothing is said twice. */
  said: z.array(z.string()),
  /** Present when a draft is asked for again. An empty remark means: another version. */
  redraft: z
    .object({ remark: z.string().max(1000), previous: Draft, times: z.number().int().min(1) })
    .nullable(),
})
export type DraftInput = z.infer<typeof DraftInput>

/** A finding about words; `network` null: about the common text. */
export type WriterFinding = Finding & { network: string | null }

/** What a writer made, and who it was. */
export interface Written<T> {
  value: T
  provenance: Provenance
}

/** The segments a network gets from a draft. */
export function segmentsFor(draft: Draft, network: string): string[] {
  return draft.own.find((o) => o.network === network)?.segments ?? draft.segments
}
