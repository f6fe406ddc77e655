import {
  CancellationScope,
  continueAsNew,
  isCancellation,
  proxyActivities,
  workflowInfo,
} from '@temporalio/workflow'
import type { GenerateActivities, GenerateInput } from '../../activities/generation/generate.ts'

export interface GenerateCampaignInput extends GenerateInput {
  /** The first slot of this execution; absent: 0. */
  from?: number
  /** Posts of one execution; after them it continues as a new one, so that no history grows without bound. Absent: 200. */
  atOnce?: number
}

/** Plans a campaign and writes its posts, one after the other: each is on the page before the next is asked for. */
export async function generateCampaign(input: GenerateCampaignInput): Promise<string> {
  const ref = { runId: input.runId, workspaceId: input.workspaceId }
  const { planRun, draftPost, finishRun } = writing()
  try {
    const posts = await planRun({ ...ref, campaignId: input.campaignId })
    if (posts === null) return 'ended'
    const { from = 0, atOnce = 200 } = input
    for (let slotIndex = from; slotIndex < posts; slotIndex += 1) {
      if (slotIndex - from >= atOnce)
        await continueAsNew<typeof generateCampaign>({ ...input, from: slotIndex })
      if (!(await draftPost({ ...ref, slotIndex }))) return 'ended'
    }
    await finishRun({ ...ref, as: 'done' })
    return 'done'
  } catch (error) {
    if (!isFailedWork(error)) throw error
    const as = isCancellation(error) ? 'cancelled' : 'failed'
    await CancellationScope.nonCancellable(() => finishRun({ ...ref, as }))
    return as
  }
}

/** Anything but the order to continue as new, which must leave the workflow. */
const isFailedWork = (error: unknown): boolean =>
  isCancellation(error) || (error instanceof Error && error.name === 'ActivityFailure')

/** Models may be slow, and may ask to wait for hours: patient, but not for ever. */
function writing() {
  return proxyActivities<GenerateActivities>({
    taskQueue: workflowInfo().taskQueue.replace(/main$/, 'writing'),
    startToCloseTimeout: '6m',
    scheduleToCloseTimeout: '24h',
    retry: { initialInterval: '2s', maximumInterval: '5m', maximumAttempts: 60 },
  })
}
