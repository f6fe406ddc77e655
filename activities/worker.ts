/** The worker process: one Worker per task queue, and, where it serves the main queue, the outbox, the sweeper and the mails. */
import { readConfig } from '../core/platform/config.ts'
import { openContext } from '../core/open.ts'
import { startWorkers } from './workers.ts'

// A watching Node leaves a variable behind that ends Temporal's native module.
delete process.env.WATCH_REPORT_DEPENDENCIES

const config = readConfig(process.env)
await using ctx = await openContext(config)
const workers = await startWorkers(ctx)
ctx.log.info('the worker is up')

let ending = false
const end = (): void => {
  if (ending) return
  ending = true
  ctx.log.info('the worker is stopping')
  void workers.stop()
}
process.on('SIGTERM', end)
process.on('SIGINT', end)
await workers.ended
ctx.log.info('the worker has stopped')
