/** The worker process of the product, which knows Ibis, too. */
import { readConfig } from '../../core/platform/config.ts'
import { openContext } from '../../core/open.ts'
import { startWorkers } from '../../activities/workers.ts'
import { addManifest } from '../../networks/manifests.ts'
import { networks } from '../../networks/registry.ts'
import { manifest } from '../networks/ibis/manifest.ts'
import { forgetfulIbis, ibis } from '../networks/ibis/network.ts'

addManifest(manifest)
const known = process.env.IBIS_FORGETS ? forgetfulIbis : ibis
await using ctx = await openContext(readConfig(process.env), {
  networks: { ...networks, ibis: known },
})
const workers = await startWorkers(ctx)
process.once('SIGTERM', () => void workers.stop())
ctx.log.info('the worker is up')
await workers.ended
