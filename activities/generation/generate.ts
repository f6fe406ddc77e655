/** Activities of writing a campaign. Inputs and results are ids and numbers: histories keep them in clear. */
import { ApplicationFailure, activityInfo } from '@temporalio/activity'
import type { Context } from '../../core/platform/context.ts'
import {
  addFailedCost,
  draftPost,
  end,
  noteWaiting,
  planRun,
  type RunRef,
} from '../../core/generation/generation.ts'
import { Run } from '../../core/generation/models/run.ts'
import { WorkflowRun } from '../../core/platform/models/workflow-run.ts'
import { markDirty } from '../../core/platform/outbox-flags.ts'
import { RouterError } from '../../llm/errors.ts'

export interface GenerateInput extends RunRef {
  campaignId: string
}

export interface DraftRef extends RunRef {
  slotIndex: number
}

export type RunEnd = 'done' | 'cancelled' | 'failed'

const reasons: Record<RunEnd, string | null> = {
  done: null,
  cancelled: 'Stopped by an operator.',
  failed:
    'Writing was given up after many tries. What is written stays; write the campaign again to go on.',
}

export function createGenerateActivities(ctx: Context) {
  return {
    /** Plans the run once. Returns how many posts to write; null: the run has ended. */
    planRun: (input: GenerateInput): Promise<number | null> =>
      guarded(ctx, input, null, async () => {
        await noteExecution(ctx, input)
        return planRun(ctx, input)
      }),

    /** Writes one post unless it is there. False: the run has ended. */
    draftPost: (input: DraftRef): Promise<boolean> =>
      guarded(ctx, input, false, () => draftPost(ctx, input, input.slotIndex)),

    /** Ends the run if it is still open. */
    async finishRun(input: RunRef & { as: RunEnd }): Promise<void> {
      await end(ctx, input, input.as, reasons[input.as])
    },
  }
}

export type GenerateActivities = ReturnType<typeof createGenerateActivities>

/**
 * Every execution is known by name, those that continue another as well, so that deletion finds each history. One that begins after its run
 * was deleted is marked for erasing at once.
 */
async function noteExecution(ctx: Context, { workspaceId, campaignId, runId }: GenerateInput) {
  const execution = activityInfo().workflowExecution
  if (!execution) return
  await ctx.db.tx({ workspace: workspaceId }, async () => {
    const erase = (await Run.count({ where: { id: runId } })) === 0
    await WorkflowRun.bulkCreate(
      [{ ...execution, workspaceId, campaignId, campaignRunId: runId, erase }],
      { ignoreDuplicates: true },
    )
    if (erase) await markDirty('erase', runId, workspaceId)
  })
}

/** A provider that asks to wait is waited for by Temporal; one that only a person can mend ends the run with its reason. */
async function guarded<T>(ctx: Context, ref: RunRef, ended: T, fn: () => Promise<T>): Promise<T> {
  try {
    return await fn()
  } catch (error) {
    if (!(error instanceof RouterError)) {
      ctx.log.error({ err: error, runId: ref.runId }, 'an activity of writing failed')
      throw ApplicationFailure.create({ type: 'internal', message: 'internal' })
    }
    await addFailedCost(ctx, ref, error)
    if (error.retryAfterMs === null) {
      await end(ctx, ref, 'failed', error.message, error.connection)
      return ended
    }
    await noteWaiting(ctx, ref, error)
    throw ApplicationFailure.create({
      type: error.kind,
      message: error.kind,
      nextRetryDelay: error.retryAfterMs,
    })
  }
}
