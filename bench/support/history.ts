/** What one post costs Temporal, read from the history of its workflow. */
import { Client, Connection } from '@temporalio/client'
import { keptPorts } from '../../scripts/lib/chosen-ports.ts'
import { namespace } from '../../scripts/lib/stack.ts'

export interface Cost {
  events: number
  /** Actions as Temporal Cloud bills them (https://docs.temporal.io/cloud/actions). */
  actions: number
}

type Event = object & { activityTaskStartedEventAttributes?: { attempt?: number | null } | null }

/** Actions per event; whatever is not named here is free: workflow tasks, completions, attributes given at the start. */
const billed: Record<string, number> = {
  workflowExecutionStarted: 1,
  timerStarted: 1,
  workflowExecutionSignaled: 1,
  workflowExecutionUpdateAccepted: 1,
  upsertWorkflowSearchAttributes: 1,
  markerRecorded: 1,
  startChildWorkflowExecutionInitiated: 2,
}

function actionsOf(event: Event): number {
  // An event for the last attempt alone is in the history; each attempt is billed.
  const attempts = event.activityTaskStartedEventAttributes?.attempt ?? 0
  const named = Object.entries(event).filter(([, value]) => value !== null && value !== undefined)
  return named.reduce(
    (sum, [name]) => sum + (billed[name.replace(/EventAttributes$/, '')] ?? 0),
    attempts,
  )
}

/** Reads the closed workflows of posts out of the Temporal of a product that was started on `data`. */
export async function costsOf(data: string, postIds: string[]): Promise<Cost[]> {
  const address = `127.0.0.1:${keptPorts(data).temporal}`
  const connection = await Connection.connect({ address })
  const client = new Client({ connection, namespace: namespace() })
  try {
    return await Promise.all(
      postIds.map(async (id) => {
        const handle = client.workflow.getHandle(`post:${id}`)
        await handle.result()
        const events = (await handle.fetchHistory()).events ?? []
        return {
          events: events.length,
          actions: events.reduce((sum, event) => sum + actionsOf(event as Event), 0),
        }
      }),
    )
  } finally {
    await connection.close()
  }
}
