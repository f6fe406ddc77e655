/** Publishing over weeks, on Temporal's time-skipping server: the workflow is ours, its activities note when they were called. */
import { ApplicationFailure, Context } from '@temporalio/activity'
import { DefaultLogger, NativeConnection, Runtime, Worker } from '@temporalio/worker'
import { afterAll, beforeAll, beforeEach, describe, expect, inject, it } from 'vitest'
import type {
  DeliverInput,
  Next,
  PublishActivities,
} from '../../../activities/publishing/publish.ts'
import { readConfig } from '../../../core/platform/config.ts'
import { createLog } from '../../../core/platform/log.ts'
import { openTemporal, postWorkflowId, type Temporal } from '../../../core/platform/temporal.ts'
import { uuidv7 } from '../../../core/platform/uuid.ts'
import { freshSecrets } from '../../../scripts/lib/secrets.ts'
import { skippedTime, type SkippedTime } from '../../support/skipped-time.ts'

const second = 1_000
const minute = 60 * second
const hour = 60 * minute
const day = 24 * hour
const leadMs = 5 * second

interface Rung {
  /** When Temporal asked for it. */
  at: number
  generation: number
  deliveryId: string
  /** How long the activity may take. */
  limitMs: number
}

describe.skipIf(!inject('temporalTestServer'))('time and the workflow of a post', () => {
  let time: SkippedTime
  let connection: NativeConnection
  let temporal: Temporal
  let workers: Worker[]
  let running: Promise<unknown>
  const rung: Rung[] = []
  const asked: number[] = []
  const workspaceId = uuidv7()
  /** What the ledger says next. */
  let deliver: (input: DeliverInput, now: number) => Next
  let reconcile: (now: number) => Next
  let prepareMedia: () => Promise<void>

  const activities: PublishActivities = {
    async deliver(input) {
      const { currentAttemptScheduledTimestampMs: at, startToCloseTimeoutMs } =
        Context.current().info
      const { generation, deliveryId } = input
      rung.push({ at, generation, deliveryId, limitMs: startToCloseTimeoutMs })
      return deliver(input, at)
    },
    async reconcile() {
      const { currentAttemptScheduledTimestampMs: at } = Context.current().info
      asked.push(at)
      return reconcile(at)
    },
    prepareMedia: () => prepareMedia(),
  }

  beforeAll(async () => {
    Runtime.install({
      logger: new DefaultLogger('ERROR'),
      telemetryOptions: { logging: { filter: 'ERROR' } },
    })
    time = await skippedTime(inject('temporalTestServer'))
    connection = await NativeConnection.connect({ address: time.address })
    const config = readConfig({
      ...freshSecrets(),
      DATABASE_URL: 'postgres://nobody@127.0.0.1:1/none',
      TEMPORAL_NAMESPACE: 'default',
      TEMPORAL_ADDRESS: time.address,
    })
    temporal = await openTemporal(config, createLog('silent'))
    const common = { connection, namespace: 'default' }
    const workflowBundle = { codePath: inject('workflowBundle') }
    workers = await Promise.all([
      Worker.create({ ...common, taskQueue: 'main', workflowBundle }),
      Worker.create({ ...common, taskQueue: 'publish-page', activities }),
      Worker.create({ ...common, taskQueue: 'publish-mastodon', activities }),
    ])
    running = Promise.all(workers.map((worker) => worker.run()))
  })
  afterAll(async () => {
    for (const worker of workers ?? []) worker.shutdown()
    await running
    await temporal?.close()
    await connection?.close()
    await time?.[Symbol.asyncDispose]()
  })
  beforeEach(() => {
    rung.length = 0
    asked.length = 0
    deliver = () => ({ outcome: 'done', state: 'published' })
    reconcile = () => ({ outcome: 'done', state: 'published' })
    prepareMedia = () => Promise.resolve()
  })

  interface Plan {
    postId: string
    inMs: number
    generation?: number
    networks?: string[]
    /** The post has images, which are uploaded a minute ahead. */
    prepare?: boolean
  }

  /** Sets a post's alarm as the outbox does; the delay counts from the server's clock, wherever that has got to. */
  async function plan({ postId, inMs, generation = 1, networks = ['page'], prepare }: Plan) {
    const due = (await time.now()) + inMs
    const publishAt = new Date(due).toISOString()
    await temporal.start({
      type: 'publishPost',
      workflowId: postWorkflowId(postId),
      input: {
        postId,
        workspaceId,
        generation,
        publishAt,
        deliveries: networks.map((network) => ({ deliveryId: uuidv7(), network, prepare })),
      },
      startAt: new Date(Date.now() + inMs - leadMs - (prepare ? minute : 0)),
      about: { workspaceId, postId, networks },
      summary: `Publish at ${publishAt} on ${networks.join(', ')}`,
    })
    return due
  }
  const ended = async (postId: string): Promise<string | undefined> => {
    const { status } = await temporal.client.workflow.getHandle(postWorkflowId(postId)).describe()
    return status.name
  }
  const resultOf = (postId: string): Promise<unknown> =>
    temporal.client.workflow.getHandle(postWorkflowId(postId)).result()
  const iso = (at: number): string => new Date(at).toISOString()

  it('does nothing for 30 days, and then rings once, in time for the instant', async () => {
    const postId = uuidv7()
    const due = await plan({ postId, inMs: 30 * day, networks: ['page', 'mastodon'] })
    for (let days = 1; days < 30; days += 1) {
      await time.pass(day)
      expect(rung).toEqual([])
    }
    await time.pass(day - minute)
    expect(rung).toEqual([])
    expect(await ended(postId)).toBe('RUNNING')
    expect((await historyTypes(postId)).length).toBe(1)
    await time.pass(2 * minute)
    expect(await resultOf(postId)).toEqual(['published', 'published'])
    await time.pass(30 * day)
    expect(rung).toHaveLength(2)
    expect(new Set(rung.map((r) => r.deliveryId)).size).toBe(2)
    for (const { at, limitMs } of rung) {
      expect(at).toBeGreaterThanOrEqual(due - leadMs - second)
      expect(at).toBeLessThanOrEqual(due)
      // It waits in memory from the alarm to the instant, and needs time to send after that.
      expect(at + limitMs).toBeGreaterThan(due + 4 * minute)
    }
  })

  async function historyTypes(postId: string) {
    const handle = temporal.client.workflow.getHandle(postWorkflowId(postId))
    return (await handle.fetchHistory()).events ?? []
  }

  it('rings at the new instant alone when the post was moved, earlier or later', async () => {
    const [later, earlier] = [uuidv7(), uuidv7()]
    await plan({ postId: later, inMs: 10 * day })
    await plan({ postId: earlier, inMs: 20 * day })
    await time.pass(day)
    const dueLater = await plan({ postId: later, inMs: 19 * day, generation: 2 })
    const dueEarlier = await plan({ postId: earlier, inMs: 2 * day, generation: 2 })
    await time.pass(3 * day)
    expect(rung.map(({ generation, at }) => ({ generation, at: iso(at) }))).toEqual([
      { generation: 2, at: near(dueEarlier - leadMs) },
    ])
    await time.pass(15 * day)
    expect(rung).toHaveLength(1)
    await time.pass(30 * day)
    expect(rung.map((r) => r.generation)).toEqual([2, 2])
    expect(iso(rung[1]!.at)).toEqual(near(dueLater - leadMs))
  })

  /** An instant up to a second off: Temporal's timers fire on their own ticks. */
  const near = (at: number) =>
    expect.toSatisfy((said: string) => Math.abs(Date.parse(said) - at) <= 1_500, iso(at))

  it('never rings when the post was cancelled', async () => {
    const postId = uuidv7()
    await plan({ postId, inMs: 7 * day })
    await time.pass(6 * day)
    expect(await temporal.terminate(postWorkflowId(postId), 'nothing is scheduled')).toBe(true)
    await time.pass(30 * day)
    expect(rung).toEqual([])
    expect(await ended(postId)).toBe('TERMINATED')
  })

  it('ends at once, without ringing, when an operator cancels it', async () => {
    const postId = uuidv7()
    await plan({ postId, inMs: 7 * day })
    await time.pass(day)
    expect(await temporal.cancel(postWorkflowId(postId))).toBe(true)
    await time.pass(30 * day)
    expect(rung).toEqual([])
    expect(await ended(postId)).toBe('CANCELLED')
  })

  it('rings again when the network asked for a wait, at the instant it named', async () => {
    const postId = uuidv7()
    const until: number[] = []
    deliver = (_, now) => {
      if (rung.length > 1) return { outcome: 'done', state: 'published' }
      until.push(now + 3 * hour)
      return { outcome: 'again', at: iso(now + 3 * hour) }
    }
    await plan({ postId, inMs: day })
    await time.pass(2 * day)
    expect(await resultOf(postId)).toEqual(['published'])
    expect(rung).toHaveLength(2)
    expect(iso(rung[1]!.at)).toEqual(near(until[0]!))
  })

  it('gives up after five alarms that armed nothing, each later than the last', async () => {
    const postId = uuidv7()
    deliver = (_, now) => ({ outcome: 'again', at: iso(now) })
    await plan({ postId, inMs: day })
    await time.pass(10 * day)
    expect(await resultOf(postId)).toEqual(['given_up'])
    expect(rung).toHaveLength(5)
    const pauses = rung.slice(1).map(({ at }, i) => at - rung[i]!.at)
    for (const [i, atLeast] of [500, 1_500, 3_500, 7_500].entries())
      expect(pauses[i], `pause ${i + 1}`).toBeGreaterThanOrEqual(atLeast)
    expect(asked).toEqual([])
  })

  it('stops asking a network that never tells after twenty times, each at the instant it was told', async () => {
    const postId = uuidv7()
    deliver = (_, now) => ({ outcome: 'ask', at: iso(now + minute) })
    reconcile = (now) => ({ outcome: 'ask', at: iso(now + hour) })
    await plan({ postId, inMs: day })
    await time.pass(10 * day)
    expect(await resultOf(postId)).toEqual(['given_up'])
    expect(rung).toHaveLength(1)
    expect(asked).toHaveLength(20)
    expect(asked[0]! - rung[0]!.at).toBeGreaterThanOrEqual(minute)
    for (const [i, at] of asked.slice(1).entries())
      expect(at - asked[i]!).toBeGreaterThanOrEqual(hour)
  })

  it('rings again only as often as it may, however often the network says that nothing is there', async () => {
    const postId = uuidv7()
    deliver = (_, now) => ({ outcome: 'ask', at: iso(now + second) })
    reconcile = (now) => ({ outcome: 'again', at: iso(now) })
    await plan({ postId, inMs: day })
    await time.pass(10 * day)
    expect(await resultOf(postId)).toEqual(['given_up'])
    expect(rung).toHaveLength(5)
    expect(asked).toHaveLength(5)
  })

  it('asks the ledger when the alarm itself broke, and does not ring again by itself', async () => {
    const postId = uuidv7()
    deliver = () => {
      throw new Error('the worker is gone')
    }
    await plan({ postId, inMs: day })
    await time.pass(2 * day)
    expect(await resultOf(postId)).toEqual(['published'])
    expect(rung).toHaveLength(1)
    expect(asked).toHaveLength(1)
  })

  it('rings in time although whatever uploads its images dies again and again', async () => {
    prepareMedia = () => Promise.reject(ApplicationFailure.create({ message: 'died' }))
    const postId = uuidv7()
    const due = await plan({ postId, inMs: day, prepare: true })
    await time.pass(2 * day)
    expect(await resultOf(postId)).toEqual(['published'])
    expect(rung).toHaveLength(1)
    expect(rung[0]!.at).toBeLessThanOrEqual(due)
  })
})
