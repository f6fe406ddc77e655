/** What machines ask: is the process alive, and can it do its work. Says no more than that to whoever asks. */
import type { Express } from 'express'
import type { Context } from '../../core/platform/context.ts'
import { lateJobs } from '../../core/platform/periodic.ts'
import {
  checkDatabase,
  checkTemporal,
  checkWorker,
  unservedQueues,
} from '../../core/platform/readiness.ts'
import { sweeperName, sweeperSeen } from '../../core/publishing/sweeper-watch.ts'

/**
 * `/healthz`: alive. `/readyz`: database, Temporal and a worker are there; 503 names what is missing. `late` names periodic jobs that have not
 * succeeded for a while, the sweeper among them, `unserved` queues without a worker: a reason to look, none to send people elsewhere.
 */
export function healthRoutes(ctx: Context, app: Express): void {
  app.get('/healthz', (_req, res) => {
    res.setHeader('cache-control', 'no-store')
    res.type('text/plain').send('ok\n')
  })
  app.get('/readyz', async (_req, res) => {
    const [database, temporal, worker, jobs, sweeper, unserved] = await Promise.all([
      checkDatabase(ctx),
      checkTemporal(ctx),
      checkWorker(ctx),
      lateJobs(ctx).catch(() => []),
      sweeperSeen(ctx).catch(() => undefined),
      unservedQueues(ctx).catch(() => []),
    ])
    const late = sweeper?.still ? [...jobs, sweeperName] : jobs
    const parts = { database: database.ok, temporal: temporal.ok, worker: worker.ok }
    const ready = Object.values(parts).every(Boolean)
    res.setHeader('cache-control', 'no-store')
    res.status(ready ? 200 : 503).json({ ready, ...parts, late, unserved })
  })
}
