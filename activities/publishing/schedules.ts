/** The schedules that Temporal keeps for us, made when they are missing. */
import { ScheduleAlreadyRunning } from '@temporalio/client'
import type { Context } from '../../core/platform/context.ts'
import { mainQueue, queueName } from '../../core/platform/temporal.ts'

/** Registers `watch-sweeper` as soon as Temporal takes it. Returns what ends the trying. */
export function registerWatch(
  ctx: Pick<Context, 'config' | 'temporal' | 'log'>,
): () => Promise<void> {
  let timer: NodeJS.Timeout | undefined
  let stopped = false
  const attempt = async (): Promise<void> => {
    try {
      await createWatch(ctx)
    } catch (err) {
      if (err instanceof ScheduleAlreadyRunning || stopped) return
      ctx.log.warn({ err }, 'the schedule could not be made yet')
      timer = setTimeout(() => void attempt(), 10_000)
    }
  }
  const first = attempt()
  return async () => {
    stopped = true
    clearTimeout(timer)
    await first
  }
}

async function createWatch({
  config,
  temporal,
}: Pick<Context, 'config' | 'temporal'>): Promise<void> {
  await temporal.client.schedule.create({
    scheduleId: `${config.temporal.queuePrefix}watch-sweeper`,
    memo: { note: 'Looks every minute whether the sweeper still walks' },
    spec: { intervals: [{ every: '1m' }] },
    policies: { overlap: 'SKIP', catchupWindow: '1m' },
    action: {
      type: 'startWorkflow',
      workflowType: 'watchSweeper',
      workflowId: `${config.temporal.queuePrefix}watch-sweeper`,
      taskQueue: queueName(config, mainQueue),
      args: [],
    },
  })
}
