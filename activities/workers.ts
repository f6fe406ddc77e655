/** Starts everything that a worker process does, and stops it in order. */
import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { hostname } from 'node:os'
import {
  NativeConnection,
  Runtime,
  Worker,
  type LogMetadata,
  type WorkerOptions,
} from '@temporalio/worker'
import type { Context } from '../core/platform/context.ts'
import { repeat } from '../core/platform/loop.ts'
import { startMail } from '../core/platform/mail.ts'
import { startOutbox } from '../core/platform/outbox.ts'
import { startPeriodicJobs } from '../core/platform/periodic.ts'
import { queuesOf } from '../core/platform/readiness.ts'
import { connectionOptions, mainQueue, queueName, writingQueue } from '../core/platform/temporal.ts'
import type { Deps } from './publishing/delivering.ts'
import { createGenerateActivities } from './generation/generate.ts'
import { createLedger } from './publishing/ledger.ts'
import { createLimiter } from './publishing/limiter.ts'
import { createMaintenanceActivities } from './publishing/watch.ts'
import { createPublishActivities } from './publishing/publish.ts'
import { registerWatch } from './publishing/schedules.ts'
import { noHook, type Hook } from './publishing/steps.ts'
import { noteAlive, startSweeper } from './publishing/sweeper.ts'
import { createWaves } from './publishing/waves.ts'

export interface WorkerSettings {
  /** Bundle of the workflows; the prebuilt one unless said. */
  bundle?: string
  hook?: Hook
  /** Replays every task from its history, as tests want it. */
  cachedWorkflows?: number
}

export interface Workers {
  stop(): Promise<void>
  /** Resolves when everything has stopped; rejects when a worker broke. */
  ended: Promise<void>
}

/** Queues with activities of their own; the queues of networks all have those of publishing. */
const factories: Record<string, (ctx: Context) => object> = {
  [mainQueue]: createMaintenanceActivities,
  [writingQueue]: createGenerateActivities,
}

/** Alarms that may wait in memory at one time on one queue: a wave of posts due at one instant, and then some. */
const alarmsMax = 2_000
/** A preparation's sign of life is told at once, and with it comes whether it is still wanted. */
const publishing: Partial<WorkerOptions> = {
  maxConcurrentActivityTaskExecutions: alarmsMax,
  maxHeartbeatThrottleInterval: '2s',
}
const limiterWidth = 8
const reportEveryMs = 10_000
const mendEveryMs = 60_000
const prebuilt = fileURLToPath(new URL('../build/workflows.js', import.meta.url))

export const identity = `${hostname()}:${process.pid}`

export async function startWorkers(ctx: Context, settings: WorkerSettings = {}): Promise<Workers> {
  speakThroughOurLog(ctx)
  const halt = new AbortController()
  const limiter = createLimiter(limiterWidth)
  const deps: Deps & { ctx: Context } = {
    ctx,
    limiter,
    ledger: createLedger({ ctx, limiter }),
    waves: createWaves(),
    hook: settings.hook ?? noHook,
    stopping: halt.signal,
  }
  const queues = servedQueues(ctx)
  const connection = await connect(ctx, halt.signal)
  await mendTemporal(ctx)
  const workers = await Promise.all(
    queues.map(async (queue) => Worker.create(await optionsFor(deps, queue, connection, settings))),
  )
  const loops = queues.includes(mainQueue)
    ? [
        startOutbox(ctx),
        startSweeper(deps),
        startMail(ctx),
        startPeriodicJobs(ctx),
        registerWatch(ctx),
      ]
    : []
  loops.push(
    repeat(reportEveryMs, () => reportAlive(ctx, queues)).stop,
    repeat(mendEveryMs, () => mendTemporal(ctx)).stop,
  )
  const running = Promise.all(workers.map((worker) => worker.run()))
  const stop = async (): Promise<void> => {
    halt.abort()
    for (const worker of workers) if (worker.getState() === 'RUNNING') worker.shutdown()
  }
  // One worker that breaks takes the process with it: the supervisor starts it anew.
  const ended = running
    .finally(stop)
    .finally(() => Promise.all(loops.map((end) => end())))
    .finally(() => connection.close())
    .then(() => undefined)
  return { stop: () => stop().then(() => ended), ended }
}

function servedQueues(ctx: Context): string[] {
  const all = queuesOf(ctx)
  const { workerQueues } = ctx.config
  const unknown = workerQueues.filter((queue) => !all.includes(queue))
  if (unknown.length) throw new Error(`WORKER_QUEUES: there is no queue ${unknown.join(', ')}`)
  return workerQueues.length ? workerQueues : all
}

/** Temporal may start later than we do. */
async function connect(ctx: Context, stopping: AbortSignal): Promise<NativeConnection> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await NativeConnection.connect(connectionOptions(ctx.config))
    } catch (error) {
      if (stopping.aborted || tries === 60) throw error
      ctx.log.warn({ attempt: tries, address: ctx.config.temporal.address }, 'waiting for Temporal')
      await new Promise((resolve) => setTimeout(resolve, 1_000))
    }
  }
}

async function optionsFor(
  deps: Deps & { ctx: Context },
  queue: string,
  connection: NativeConnection,
  settings: WorkerSettings,
): Promise<WorkerOptions> {
  const { ctx } = deps
  const common = {
    connection,
    identity,
    namespace: ctx.config.temporal.namespace,
    taskQueue: queueName(ctx.config, queue),
    // What is being sent is sent to its end; what only waits leaves at once.
    shutdownGraceTime: ctx.config.publishing.callTimeoutMs + 5_000,
  }
  if (queue === mainQueue) {
    const codePath = settings.bundle ?? prebuilt
    if (!existsSync(codePath)) throw new Error(`there is no workflow bundle at ${codePath}`)
    return {
      ...common,
      workflowBundle: { codePath },
      activities: factories[queue]!(ctx),
      ...(settings.cachedWorkflows === undefined
        ? {}
        : { maxCachedWorkflows: settings.cachedWorkflows }),
    }
  }
  return {
    ...common,
    activities: factories[queue]?.(ctx) ?? createPublishActivities(deps),
    ...(queue in factories ? {} : publishing),
  }
}

/** What we may not make ourselves is said, here and by health: without it nothing that waits in the outbox is ever started. */
async function mendTemporal({ temporal, log }: Context): Promise<void> {
  try {
    if (await temporal.mend()) log.warn({}, 'what Temporal lacked was made')
  } catch (err) {
    log.error({ err }, 'Temporal lacks what we rely on')
  }
}

async function reportAlive(ctx: Context, queues: string[]): Promise<void> {
  for (const queue of queues)
    await noteAlive({ ctx }, `worker:${identity}:${queue}`, { identity, queue }).catch(
      (err: unknown) => ctx.log.warn({ err, queue }, 'no sign of life could be written'),
    )
}

let speaking = false
/** The SDK's words go where ours go, without its metadata. */
function speakThroughOurLog({ log }: Context): void {
  if (speaking) return
  speaking = true
  // Its states and reminders are for its developers; what it warns of is for ours.
  const levels = {
    TRACE: 'debug',
    DEBUG: 'debug',
    INFO: 'debug',
    WARN: 'info',
    ERROR: 'error',
  } as const
  const say = (level: keyof typeof levels, message: string, meta?: LogMetadata) =>
    log[levels[level]](
      { workflowId: meta?.workflowId, queue: meta?.taskQueue, err: meta?.error },
      message,
    )
  Runtime.install({
    shutdownSignals: [],
    telemetryOptions: { logging: { forward: {}, filter: { core: 'ERROR', other: 'ERROR' } } },
    logger: {
      log: (level, message, meta) => say(level, message, meta),
      trace: (message, meta) => say('TRACE', message, meta),
      debug: (message, meta) => say('DEBUG', message, meta),
      info: (message, meta) => say('INFO', message, meta),
      warn: (message, meta) => say('WARN', message, meta),
      error: (message, meta) => say('ERROR', message, meta),
    },
  })
}
