/** The writer that needs no model: composes campaigns from the brief's own words. Registered with the router by core. */
import { DraftInput, PlanInput } from '../types.ts'
import { draftTask, planTask } from '../tasks.ts'
import { starterDraft } from './draft.ts'
import { starterPlan } from './plan.ts'

/** Answers the tasks it knows; throws for others, which the router reports as not configured. */
export function starterWriter(task: string, input: unknown): unknown {
  if (task === planTask) return starterPlan(PlanInput.parse(input))
  if (task === draftTask) return starterDraft(DraftInput.parse(input))
  throw new Error(`The starter writer does not know the task ${task}.`)
}
