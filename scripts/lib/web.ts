import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { inRoot } from './paths.ts'
import { Failure } from './say.ts'
import { filesUnder, hashOf, isStamped, putStamp } from './sources.ts'
import { withLock } from './lock.ts'

const stamp = inRoot('web', 'build', '.sources')
const handler = inRoot('web', 'build', 'handler.js')
const config = ['vite.config.ts', 'vite.config.js'].map((name) => inRoot('web', name))

/** Runs a command of node_modules in `web/` and gives back its output; fails with that output. */
export async function runInWeb(script: string, args: string[]): Promise<void> {
  const child = spawn(process.execPath, [inRoot('node_modules', script), ...args], {
    cwd: inRoot('web'),
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let output = ''
  child.stdout.on('data', (chunk) => (output += chunk))
  child.stderr.on('data', (chunk) => (output += chunk))
  const code = await new Promise((resolve) => child.once('close', resolve))
  if (code !== 0)
    throw new Failure(`${args.join(' ')} failed in web/:\n${output}`, 'mend the sources')
}

export const hasWeb = (): boolean => config.some((file) => existsSync(file))

const sourcesHash = (): string =>
  hashOf([
    ...filesUnder(inRoot('web')),
    ...filesUnder(inRoot('contract')),
    ...filesUnder(inRoot('networks')).filter((file) => file.endsWith('rules.ts')),
    inRoot('package-lock.json'),
  ])

const isFresh = (hash: string): boolean => existsSync(handler) && isStamped(stamp, hash)

/** Makes SvelteKit's generated types and tsconfig, which every check of web/ needs. */
export const syncWeb = (): Promise<void> =>
  runInWeb(join('@sveltejs', 'kit', 'svelte-kit.js'), ['sync'])

/** Builds the web when what it is made of has changed. Returns whether there was anything to do. */
export async function ensureWeb(): Promise<boolean> {
  if (!hasWeb()) return false
  const hash = sourcesHash()
  if (isFresh(hash)) return false
  return withLock(inRoot('build', 'web.lock'), async () => {
    if (isFresh(hash)) return false
    await runInWeb(join('vite', 'bin', 'vite.js'), ['build', '--logLevel', 'warn'])
    putStamp(stamp, hash)
    return true
  })
}
