import { existsSync } from 'node:fs'
import { withLock } from './lock.ts'
import { inRoot } from './paths.ts'
import { runTool } from './run-tool.ts'
import { Failure } from './say.ts'
import { filesUnder, hashOf, isStamped, putStamp } from './sources.ts'

const stamp = inRoot('web', 'build', '.sources')
const handler = inRoot('web', 'build', 'handler.js')

/** Whether there is a web to build. */
export const hasWeb = (): boolean => existsSync(inRoot('vite.config.ts'))

const sourcesHash = (): string =>
  hashOf([
    ...filesUnder(inRoot('web')),
    ...filesUnder(inRoot('contract')),
    ...filesUnder(inRoot('networks')).filter((file) => /(rules|counting)\.ts$/.test(file)),
    inRoot('package-lock.json'),
    inRoot('vite.config.ts'),
  ])

const isFresh = (hash: string): boolean => existsSync(handler) && isStamped(stamp, hash)

/** From the root: adapter-node reads the manifest there, and vite.config.ts names web/ itself. */
async function onWeb(name: string, args: string[]): Promise<void> {
  const { code, output } = await runTool(name, args, inRoot())
  if (code !== 0)
    throw new Failure(`${name} failed for web/:\n${output}`, 'mend the sources it names')
}

/** Makes SvelteKit's generated types and tsconfig, which every check of web/ needs. */
export const syncWeb = (): Promise<void> => onWeb('svelte-kit', ['sync'])

/** Builds the web when what it is made of has changed. Returns whether there was anything to do. */
export async function ensureWeb(): Promise<boolean> {
  if (!hasWeb()) return false
  const hash = sourcesHash()
  if (isFresh(hash)) return false
  return withLock(inRoot('build', 'web.lock'), async () => {
    if (isFresh(hash)) return false
    await onWeb('vite', ['build', '--logLevel', 'warn'])
    putStamp(stamp, hash)
    return true
  })
}
