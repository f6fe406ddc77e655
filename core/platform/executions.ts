/** Executions of workflows that stand in the database, so that deleting what they are about can delete their histories too. */
import { run } from './db.ts'
import { WorkflowRun } from './models/workflow-run.ts'
import { markDirty } from './outbox-flags.ts'
import type { OutboxHandler } from './outbox.ts'
import type { Start } from './temporal.ts'

/** Ends and deletes every execution of the workspace that was marked, history and all. */
export const eraseMarked: OutboxHandler = async (ctx) => {
  const marked = await WorkflowRun.findAll({ where: { erase: true }, limit: 25 })
  for (const { workflowId, runId } of marked) {
    // Deleting ends what still runs. Ending it first would keep its history: Temporal then puts the deletion off.
    await ctx.temporal.erase({ workflowId, runId })
    await WorkflowRun.destroy({ where: { workflowId, runId } })
  }
  if (await WorkflowRun.count({ where: { erase: true } }))
    throw new Error('more histories are left')
}

/** Starts a workflow and notes its execution. In a unit of work of the workspace. */
export async function startNoted(
  ctx: Parameters<OutboxHandler>[0],
  about: { postId?: string; campaignId?: string | null; campaignRunId?: string },
  start: Start,
): Promise<void> {
  const execution = await ctx.temporal.start(start)
  await WorkflowRun.bulkCreate([{ ...execution, workspaceId: start.about.workspaceId, ...about }], {
    ignoreDuplicates: true,
  })
}

/** Whose executions are erased: what is absent names none. */
export interface About {
  postIds?: string[]
  campaignRunIds?: string[]
  campaignId?: string
}

/** Marks executions; the outbox deletes their histories after the commit, under `id`. In a unit of work of the workspace. */
export async function eraseLater(workspaceId: string, id: string, about: About): Promise<void> {
  const { postIds = [], campaignRunIds = [], campaignId = null } = about
  await run(
    `update workflow_runs set erase = true where workspace_id = $1
       and (post_id = any($2::uuid[]) or campaign_run_id = any($3::uuid[]) or campaign_id = $4::uuid)`,
    [workspaceId, postIds, campaignRunIds, campaignId],
  )
  await markDirty('erase', id, workspaceId)
}
