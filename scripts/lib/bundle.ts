import { existsSync, mkdirSync, renameSync, writeFileSync } from 'node:fs'
import { inRoot } from './paths.ts'
import { filesUnder, hashOf, isStamped, putStamp } from './sources.ts'
import { withLock } from './lock.ts'

/** The workflow bundle that workers load. */
export const bundleFile = inRoot('build', 'workflows.js')
const stamp = inRoot('build', 'workflows.stamp')
const entry = inRoot('workflows', 'index.ts')

/** What can end up in the bundle: workflows and pure code beside them, and the SDK. */
const sourcesHash = (): string =>
  hashOf([
    ...filesUnder(inRoot('workflows')),
    ...filesUnder(inRoot('contract')),
    inRoot('node_modules', '@temporalio', 'workflow', 'package.json'),
  ])

const isFresh = (hash: string): boolean => existsSync(bundleFile) && isStamped(stamp, hash)

/** Writes `build/workflows.js` when the workflows' sources have changed. Returns whether there was anything to do. */
export async function ensureBundle(): Promise<boolean> {
  if (!existsSync(entry)) return false
  const hash = sourcesHash()
  if (isFresh(hash)) return false
  return withLock(inRoot('build', 'workflows.lock'), async () => {
    if (isFresh(hash)) return false
    // Loaded only now: the bundler takes half a second that a start without changes does not have to wait for.
    const { bundleWorkflowCode, DefaultLogger } = await import('@temporalio/worker')
    const logger = new DefaultLogger('WARN', ({ message }) => console.error(message))
    const { code } = await bundleWorkflowCode({ workflowsPath: entry, logger })
    mkdirSync(inRoot('build'), { recursive: true })
    writeFileSync(`${bundleFile}.half`, code)
    renameSync(`${bundleFile}.half`, bundleFile)
    putStamp(stamp, hash)
    return true
  })
}
