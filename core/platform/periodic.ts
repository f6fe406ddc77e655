/** Work that is done now and then, whoever works: one registry, filled in `core/open.ts`. */
import type { Context } from './context.ts'
import { repeat } from './loop.ts'
import { registry } from './registry.ts'

export interface PeriodicJob {
  everyMs: number
  /** Safe to run as often as one likes, and in two processes at once. */
  run(ctx: Context): Promise<unknown>
}

export const periodicJobs = registry<PeriodicJob>('periodic job')

/** Runs every job in its own time until the returned function is called. One job's trouble does not keep another from being done. */
export function startPeriodicJobs(ctx: Context): () => Promise<void> {
  const loops = periodicJobs
    .entries()
    .map(([name, { everyMs, run }]) =>
      repeat(everyMs, () =>
        run(ctx).catch((err: unknown) =>
          ctx.log.error({ err, name }, 'a periodic job is left for the next time'),
        ),
      ),
    )
  return async () => {
    await Promise.all(loops.map((loop) => loop.stop()))
  }
}
