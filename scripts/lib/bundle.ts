import { existsSync } from 'node:fs'
import { withLock } from './lock.ts'
import { inRoot } from './paths.ts'
import { runScript } from './run-tool.ts'
import { Failure } from './say.ts'
import { filesUnder, hashOf, isStamped, putStamp } from './sources.ts'

/** The workflow bundle that workers load. */
export const bundleFile = inRoot('build', 'workflows.js')
export const bundleEntry = inRoot('workflows', 'index.ts')
const stamp = inRoot('build', 'workflows.stamp')

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
  if (!existsSync(bundleEntry)) return false
  const hash = sourcesHash()
  if (isFresh(hash)) return false
  return withLock(inRoot('build', 'workflows.lock'), async () => {
    if (isFresh(hash)) return false
    const { code, output } = await runScript(inRoot('scripts', 'lib', 'make-bundle.ts'))
    if (code !== 0) throw new Failure(`The workflows could not be bundled:\n${output}`, 'mend them')
    putStamp(stamp, hash)
    return true
  })
}
