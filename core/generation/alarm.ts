/** What a marked run leads to: its workflow is started, or ended. */
import { startNoted } from '../platform/executions.ts'
import type { OutboxHandler } from '../platform/outbox.ts'
import { runWorkflowId } from '../platform/temporal.ts'
import { Run } from './models/run.ts'
import { openStates } from './runs.ts'

export const writeRun: OutboxHandler = async (ctx, runId, workspaceId) => {
  const found = await Run.findByPk(runId)
  const workflowId = runWorkflowId(runId)
  if (!found || !openStates.includes(found.state)) {
    await ctx.temporal.terminate(workflowId, 'the run was ended')
    return
  }
  // A second look at a run that is being written must not begin it anew.
  if (await ctx.temporal.isRunning(workflowId)) return
  const { campaignId } = found
  await startNoted(
    ctx,
    { campaignId, campaignRunId: runId },
    {
      type: 'generateCampaign',
      workflowId,
      about: { workspaceId, campaignId },
      summary: `Write the campaign, run ${found.number}`,
      input: { runId, workspaceId, campaignId },
    },
  )
}
