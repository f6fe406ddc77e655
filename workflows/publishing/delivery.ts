/** One delivery inside a workflow: the alarm, then whatever the ledger's word asks for, bounded. */
import { isCancellation, log, proxyActivities, sleep, workflowInfo } from '@temporalio/workflow'
import type { Next, PublishActivities } from '../../activities/publishing/publish.ts'
import { nextStep, type Step, type Tries } from './next-step.ts'
import { profiles } from '../platform/profiles.ts'

export interface DeliveryPlan {
  deliveryId: string
  workspaceId: string
  network: string
  generation: number
  /** The instant, RFC 3339. */
  publishAt: string
  /** True when images are to be uploaded before the instant. */
  prepare?: boolean
}

/** Activities of a network run on its own queue, beside ours. */
const queueOf = (network: string): string =>
  workflowInfo().taskQueue.replace(/main$/, `publish-${network}`)

/** Runs one delivery to its end and returns the state that the ledger told last. */
export async function runDelivery(
  plan: DeliveryPlan,
  first: 'deliver' | 'reconcile',
): Promise<string> {
  const { workspaceId, deliveryId } = plan
  const taskQueue = queueOf(plan.network)
  const { reconcile } = proxyActivities<PublishActivities>({ ...profiles.write, taskQueue })
  const tries: Tries = { unarmed: 0, asked: 0 }
  if (plan.prepare && first === 'deliver') await uploadAhead(plan, taskQueue)
  let step: Step = { do: first, inMs: 0 }
  while (step.do !== 'stop') {
    if (step.inMs > 0) await sleep(step.inMs)
    let said: Next | null
    if (step.do === 'deliver') {
      tries.unarmed += 1
      said = await alarm(plan, taskQueue)
    } else {
      tries.asked += 1
      said = await reconcile({ workspaceId, deliveryId }).catch(unknownOutcome)
    }
    step = nextStep(said, tries, Date.now())
  }
  return step.state
}

/** Uploads images before the instant, or however long it takes: it gives up by itself where the alarm has to tell what the network says. */
async function uploadAhead(plan: DeliveryPlan, taskQueue: string): Promise<void> {
  const { workspaceId, deliveryId, generation } = plan
  const { prepareMedia } = proxyActivities<PublishActivities>({ ...profiles.prepare, taskQueue })
  await prepareMedia({ workspaceId, deliveryId, generation }).catch(unknownOutcome)
}

/** The one activity that may make something public. It waits in memory for the instant, so its time limit depends on how early it rings. */
async function alarm(plan: DeliveryPlan, taskQueue: string): Promise<Next | null> {
  const { workspaceId, deliveryId, generation } = plan
  const early = Math.max(0, Date.parse(plan.publishAt) - Date.now())
  const { deliver } = proxyActivities<PublishActivities>({
    ...profiles.publish,
    taskQueue,
    startToCloseTimeout: Math.min(early, 180_000) + 300_000,
  })
  return deliver({ workspaceId, deliveryId, generation }).catch(unknownOutcome)
}

/** A failed activity says nothing about the network; a cancelled workflow ends, and the sweeper looks after the row. */
function unknownOutcome(error: unknown): null {
  if (isCancellation(error)) throw error
  log.warn('an activity failed; the ledger is asked what became of it')
  return null
}
