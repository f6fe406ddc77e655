/**
 * What operators can do to a post's workflow in Temporal's own UI, at every moment of its life: whatever it is, the network shows the post
 * once, and the ledger knows it.
 */
import { randomUUID } from 'node:crypto'
import { setTimeout as pause } from 'node:timers/promises'
import type { WorkflowHandle } from '@temporalio/client'
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import { postWorkflowId } from '../../core/platform/temporal.ts'
import { eventually } from '../support/world.ts'
import { expectOnce, networks } from './expect-once.ts'
import { openScene, type Scene, type Script } from './scene.ts'
import type { NetworkName } from './sides.ts'

type Act = (handle: WorkflowHandle) => Promise<unknown>

const actions: Record<string, Act> = {
  terminate: (handle) => handle.terminate('by an operator'),
  cancel: (handle) => handle.cancel(),
  reset: async (handle) => {
    const { events } = await handle.fetchHistory()
    const first = events?.find((event) => event.workflowTaskCompletedEventAttributes)
    return handle.client.workflowService.resetWorkflowExecution({
      namespace: handle.client.options.namespace,
      requestId: randomUUID(),
      workflowExecution: { workflowId: handle.workflowId },
      reason: 'by an operator',
      // A workflow that has not begun has nothing to go back to.
      workflowTaskFinishEventId: first?.eventId ?? (3 as never),
    })
  },
  delete: (handle) =>
    handle.client.workflowService.deleteWorkflowExecution({
      namespace: handle.client.options.namespace,
      workflowExecution: { workflowId: handle.workflowId },
    }),
}

/** How the workflow stands right after it; a reset one runs again, under the same id. */
const stands: Record<string, string[]> = {
  terminate: ['TERMINATED'],
  cancel: ['CANCELLED', 'RUNNING'],
  reset: ['RUNNING'],
  delete: ['TERMINATED', 'gone'],
}

interface Moment {
  name: string
  /** Milliseconds until the post's time. */
  inMs: number
  /** The step at which the moment has come; none: as soon as the alarm is set. */
  at?: Script['at']
  /** The network takes this long to answer. */
  slowMs?: number
}

const moments: Moment[] = [
  { name: 'waits for its time', inMs: 2_500 },
  { name: 'is in memory, ready for its instant', inMs: 1_500, at: 'prepared' },
  { name: 'is on its way to a slow network', inMs: 0, at: 'armed', slowMs: 500 },
  { name: 'is on its way to a network that answers too late', inMs: 0, at: 'armed', slowMs: 1_000 },
]

describe.skipIf(!inject('temporalAddress'))('an operator in Temporal’s UI', () => {
  describe.each(networks)('with a post for %s', (name) => {
    let scene: Scene
    beforeAll(async () => {
      scene = await openScene(name, { env: { ALARM_LEAD_MS: '1000' } })
    })
    afterAll(() => scene?.close())

    it.each(moments)(
      'can end, reset or delete its workflow while it $name, and it goes out once',
      async (moment) => {
        const all = Object.keys(actions)
        scene.faults.clear()
        await Promise.all(all.map((action) => play(scene, name, moment, action)))
        const slowed = moment.slowMs && name !== 'page' ? all.length : 0
        expect(scene.faults.fired).toHaveLength(slowed)
      },
    )
  })

  it('matters: without the sweeper a post whose workflow was ended never goes out', async () => {
    await using scene = await openScene('page', { env: { SWEEP_MS: '3600000' } })
    const begun = await scene.begin(1_000)
    const { temporal } = scene.world.ctx
    await eventually(() => temporal.terminate(postWorkflowId(begun.postId), 'by an operator'))
    await pause(2_500)
    expect(await scene.visible(begun.text)).toBe(0)
  })
})

async function play(scene: Scene, network: NetworkName, moment: Moment, action: string) {
  const { inMs, slowMs } = moment
  let reached = () => {}
  const come = new Promise<void>((resolve) => (reached = resolve))
  if (slowMs && network !== 'page')
    scene.faults.add({ kind: 'slow', on: 'publish', delayMs: slowMs })
  const begun = await scene.begin(inMs, scriptOf(moment, network, reached))
  const handle = scene.world.ctx.temporal.client.workflow.getHandle(postWorkflowId(begun.postId))
  await (moment.at ? come : eventually(() => handle.describe().catch(() => null)))
  const done = actions[action]!(handle)
  await (action === 'reset' && !moment.at ? done.catch(notBegun) : done)
  expect(stands[action], action).toContain(await statusOf(handle))
  const sent = await scene.settled(begun)
  await expectOnce(scene, sent)
  expect(sent, action).toMatchObject({ state: 'published', attempt: 1 })
}

/** Temporal refuses to reset what has not begun. */
function notBegun(error: Error): void {
  expect(error.message).toContain('Workflow task finish ID must be > 1')
}

/** Tells when the moment has come. The page answers at once, so its answer is kept back instead. */
function scriptOf({ at, slowMs }: Moment, network: NetworkName, reached: () => void) {
  if (!at) return undefined
  if (!slowMs || network !== 'page') return { at, act: async () => reached() }
  return {
    at: 'sent' as const,
    act: async () => {
      reached()
      await pause(slowMs)
    },
  }
}

async function statusOf(handle: WorkflowHandle): Promise<string> {
  try {
    return (await handle.describe()).status.name
  } catch {
    return 'gone'
  }
}
