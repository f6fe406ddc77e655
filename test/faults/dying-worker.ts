/**
 * The worker process of the product, which kills itself when it is told to and comes to a named step: nothing of it runs after that, no
 * `finally`, no goodbye to Temporal or the database.
 */
import { readConfig } from '../../core/platform/config.ts'
import { openContext } from '../../core/open.ts'
import { startWorkers } from '../../activities/workers.ts'
import type { Step } from '../../activities/publishing/steps.ts'
import type { Network } from '../../networks/network.ts'
import { withoutMemory } from '../support/without-memory.ts'
import { networks } from '../../networks/registry.ts'

export interface Order {
  dieAt: Step
  /** How many deliveries come to the step unharmed. */
  after: number
}

let order: Order | null = null
process.on('message', (message) => (order = message as Order))

const config = readConfig(process.env)
const blind = Object.entries(networks).map(([name, network]): [string, Network] => [
  name,
  withoutMemory(network),
])
await using ctx = await openContext(config, {
  ...(process.env.FAULTS_BLIND ? { networks: Object.fromEntries(blind) } : {}),
})
const workers = await startWorkers(ctx, {
  hook(step) {
    if (step !== order?.dieAt) return
    if (order.after > 0) order.after -= 1
    else process.kill(process.pid, 'SIGKILL')
  },
})
ctx.log.info('the worker is up')
await workers.ended
