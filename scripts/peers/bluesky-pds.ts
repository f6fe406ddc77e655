/**
 * A real Bluesky server for tests: the personal data server with its OAuth provider, and a directory of identities, as Bluesky's own
 * developers run them. Installed from the lockfile beside this file, so that each package is the one that was tried.
 */
import { execFile, spawn, type ChildProcess } from 'node:child_process'
import { createHash } from 'node:crypto'
import { copyFileSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { inRoot } from '../lib/paths.ts'
import { end, markOf } from '../lib/processes.ts'
import { toolEnvironment } from '../lib/run-tool.ts'
import { Failure } from '../lib/say.ts'
import { installOnce, reasonOf } from './install.ts'

const run = promisify(execFile)
const recipe = (file: string): string => inRoot('scripts', 'peers', 'bluesky-pds', file)
const startMs = 60_000

/** Folder with the server's packages in the cache, installed when it is not there. `note` is told where it came from. */
export async function ensureBlueskyPds(note: (text: string) => void = () => {}): Promise<string> {
  const { dependencies } = JSON.parse(readFileSync(recipe('package.json'), 'utf8')) as {
    dependencies: Record<string, string>
  }
  const version = dependencies['@atproto/dev-env']!
  const lock = createHash('sha256')
    .update(readFileSync(recipe('package-lock.json')))
    .digest('hex')
  const { folder, fresh } = await installOnce(
    `bluesky-pds-${version}-${lock.slice(0, 12)}`,
    async (half) => {
      for (const file of ['package.json', 'package-lock.json'])
        copyFileSync(recipe(file), join(half, file))
      await npmCi(half)
    },
  )
  if (fresh) note(`${version} from npm`)
  return folder
}

/** Every package is compared with the lockfile's checksum; none of their install scripts run. */
async function npmCi(folder: string): Promise<void> {
  const script = process.env.npm_execpath
  const [command, ...first] = script?.endsWith('.js') ? [process.execPath, script] : ['npm']
  const args = ['ci', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error']
  // A machine without a registry must not wait long for what it cannot have.
  const patience = ['--fetch-retry-mintimeout=1000', '--fetch-retry-maxtimeout=5000']
  try {
    await run(command!, [...first, ...args, ...patience], { cwd: folder, env: toolEnvironment() })
  } catch (error) {
    throw new Failure(
      `Could not install the Bluesky server: ${reasonOf(error)}`,
      'check the connection to the npm registry; its tests are skipped until then',
    )
  }
}

export interface BlueskyPds {
  /** The server's address: its OAuth provider knows itself by this name alone. */
  origin: string
  /** The directory of `did:plc` identities. */
  plc: string
  /** Puts the server's clock this far ahead of ours. */
  setAhead(ms: number): Promise<void>
  close(): Promise<void>
}

/** Starts the server of `folder` (from `ensureBlueskyPds`) on free ports of 127.0.0.1. It ends with this process at the latest. */
export async function startBlueskyPds(folder: string): Promise<BlueskyPds> {
  const home = mkdtempSync(join(tmpdir(), 'bluesky-pds-'))
  const child = spawn(
    process.execPath,
    [inRoot('scripts', 'peers', 'bluesky-pds-server.ts'), folder],
    {
      env: { PATH: process.env.PATH, HOME: home, TMPDIR: home, LOG_ENABLED: 'false' },
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    },
  )
  const mark = markOf('bluesky-pds', child.pid ?? 0)
  const close = async (): Promise<void> => {
    await end(mark, 'SIGTERM')
    rmSync(home, { recursive: true, force: true })
  }
  try {
    const { origin, plc } = await answer<{ origin: string; plc: string }>(child)
    const setAhead = async (ms: number): Promise<void> => {
      const moved = answer(child)
      child.send({ aheadMs: ms })
      await moved
    }
    return { origin, plc, setAhead, close }
  } catch (error) {
    await close()
    throw error
  }
}

/** The next message of the server, or why there is none. */
function answer<T>(child: ChildProcess): Promise<T> {
  let said = ''
  const listen = (chunk: Buffer): void => void (said += chunk)
  child.stderr?.on('data', listen)
  return new Promise<T>((resolve, reject) => {
    const failed = (why: string) => reject(new Error(`the Bluesky server ${why}\n${said}`))
    const timer = setTimeout(() => failed('said nothing'), startMs)
    const ended = (code: number | null) => (clearTimeout(timer), failed(`ended with ${code}`))
    child.once('exit', ended)
    child.once('message', (message) => {
      clearTimeout(timer)
      child.off('exit', ended)
      resolve(message as T)
    })
  }).finally(() => child.stderr?.off('data', listen))
}
