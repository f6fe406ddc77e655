/** The two things PostAura asks of a writer, asked through the router: a plan, and one draft at a time. */
import { z } from 'zod'
import type { Plan } from '#contract/campaigns/campaigns.ts'
import type { Connection, Policy, Router } from '../../llm/types.ts'
import type { Manifest, NetworkRules } from '../../networks/manifest.ts'
import { checkDraft } from './check-draft.ts'
import { draftMessages, planMessages } from './messages.ts'
import { weeksOf } from './slots.ts'
import { draftTask, planTask } from './tasks.ts'
import {
  Draft,
  type DraftInput,
  type PlanInput,
  type WriterNetwork,
  type Written,
} from './types.ts'

/** Which connections a workspace has and what it allows; read by the caller, passed on to the router untouched. */
export interface Access {
  connections: Connection[]
  policy: Policy
  signal?: AbortSignal
}

const Themes = z.object({
  weeks: z.array(z.object({ theme: z.string().trim().min(1), angle: z.string().trim().min(1) })),
})

/** Longest answers asked for; an estimate of cost begins with them. */
export const planTokensMax = (weeks: number): number => 200 + 60 * weeks
export const draftTokensMax = (networks: number): number => 1200 + 400 * networks

/** Themes and angles for the campaign's weeks; dates and numbers of posts come from the slots. Throws `RouterError`. */
export async function writePlan(
  router: Router,
  access: Access,
  input: PlanInput,
): Promise<Written<Plan>> {
  const weeks = weeksOf(input.brief, input.slots)
  const answer = await router.answer({
    task: planTask,
    input,
    messages: planMessages(input),
    schema: Themes.refine(
      (t) => t.weeks.length === weeks.length,
      `There must be exactly ${weeks.length} weeks.`,
    ),
    maxOutputTokens: planTokensMax(weeks.length),
    ...access,
  })
  const plan = { weeks: weeks.map((week, i) => ({ ...week, ...answer.value.weeks[i]! })) }
  return { value: plan, provenance: answer.provenance }
}

/** One post's words. Its findings are not thrown: the caller stores what `checkDraft` says of it. Throws `RouterError`. */
export async function writeDraft(
  router: Router,
  access: Access,
  input: DraftInput,
  rules: NetworkRules[],
): Promise<Written<Draft>> {
  const known = new Set(input.networks.map((n) => n.name))
  const answer = await router.answer({
    task: draftTask,
    input,
    messages: draftMessages(input),
    schema: Draft,
    check: (draft) => checkDraft(input.brief, draft, rules).map((f) => f.message),
    maxOutputTokens: draftTokensMax(input.networks.length),
    temperature: 0.7,
    ...access,
  })
  const own = answer.value.own.filter(
    (o, i, all) => known.has(o.network) && all.findIndex((p) => p.network === o.network) === i,
  )
  return { value: { ...answer.value, own }, provenance: answer.provenance }
}

/** What the writer is told of the networks, from their manifests. */
export function writerNetworks(manifests: Manifest[]): WriterNetwork[] {
  return manifests.map(({ name, title, textMax, segmentsMax, style }) => ({
    name,
    title,
    textMax,
    segmentsMax,
    style,
  }))
}
