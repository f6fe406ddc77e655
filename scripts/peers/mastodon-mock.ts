/**
 * An independent Mastodon API for tests: mastodon_mock, written by others from Mastodon's documentation and client library. What it does not check
 * (client secrets, redirects, PKCE), the strict simulator in `test/support/simulators` does.
 */
import { execFile, spawn, type ChildProcess } from 'node:child_process'
import { createHash } from 'node:crypto'
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { promisify } from 'node:util'
import { inRoot } from '../lib/paths.ts'
import { freePort } from '../lib/ports.ts'
import { end, markOf } from '../lib/processes.ts'
import { Failure } from '../lib/say.ts'
import { installOnce, reasonOf } from './install.ts'

const run = promisify(execFile)
const version = '0.6.1'
/** SHA-256 of the wheel, which is the same for every platform. */
const wheelSha256 = '14fccce18433a5324ec25b14f26b5df7b1d4f50079c195a71be83399f7515cb2'
const constraints = inRoot('scripts', 'peers', 'mastodon-mock.txt')
const startMs = 60_000
const python = (): string => process.env.PYTHON ?? 'python3'

/** Folder with the server's Python packages in the cache, installed when it is not there. `note` is told where it came from. */
export async function ensureMastodonMock(note: (text: string) => void = () => {}): Promise<string> {
  try {
    // Compiled parts fit one version of Python only.
    const { stdout } = await run(python(), [
      '-c',
      'import sys; print(sys.implementation.cache_tag)',
    ])
    const { folder, fresh } = await installOnce(
      `mastodon-mock-${version}-${stdout.trim()}-${sha256(constraints).slice(0, 12)}`,
      install,
    )
    if (fresh) note(`${version} from PyPI`)
    return folder
  } catch (error) {
    throw new Failure(
      `Could not install mastodon_mock ${version}: ${reasonOf(error)}`,
      'install Python 3.10 or newer with pip; its tests are skipped until then',
    )
  }
}

const sha256 = (file: string): string =>
  createHash('sha256').update(readFileSync(file)).digest('hex')

async function install(folder: string): Promise<void> {
  const wheels = mkdtempSync(join(tmpdir(), 'wheel-'))
  const pip = (...args: string[]) =>
    run(python(), ['-m', 'pip', ...args, '--quiet', '--disable-pip-version-check'])
  try {
    await pip('download', '--no-deps', '--dest', wheels, `mastodon_mock==${version}`)
    const wheel = join(wheels, readdirSync(wheels).find((name) => name.endsWith('.whl')) ?? '')
    const found = sha256(wheel)
    if (found !== wheelSha256) throw new Error(`SHA-256 is ${found}, expected ${wheelSha256}`)
    await pip('install', '--only-binary=:all:', '--target', folder, '-c', constraints, wheel)
  } finally {
    rmSync(wheels, { recursive: true, force: true })
  }
}

export interface MastodonMock {
  origin: string
  close(): Promise<void>
}

/** Runs the server, and ends it and its folder when its input ends: then whoever started it is gone. */
const program = `
import os, shutil, sys, threading
def alone():
    sys.stdin.read()
    shutil.rmtree(os.environ['TMPDIR'], ignore_errors=True)
    os._exit(0)
threading.Thread(target=alone, daemon=True).start()
from mastodon_mock.cli import main
main(sys.argv[1:])
`

/** Starts the server of `folder` (from `ensureMastodonMock`) on a free port of 127.0.0.1. It ends with this process at the latest. */
export async function startMastodonMock(folder: string): Promise<MastodonMock> {
  const home = mkdtempSync(join(tmpdir(), 'mastodon-mock-'))
  const port = await freePort()
  const config = join(home, 'config.toml')
  writeFileSync(config, configuration(port, home))
  const args = ['serve', '--config', config, '--log-level', 'warning']
  const child = spawn(python(), ['-c', program, ...args], {
    cwd: home,
    env: {
      PATH: process.env.PATH,
      HOME: home,
      TMPDIR: home,
      PYTHONPATH: [folder, process.env.PYTHONPATH].filter(Boolean).join(delimiter),
    },
    stdio: ['pipe', 'ignore', 'pipe'],
  })
  const mark = markOf('mastodon-mock', child.pid ?? 0)
  const close = async (): Promise<void> => {
    await end(mark, 'SIGTERM')
    rmSync(home, { recursive: true, force: true })
  }
  const origin = `http://127.0.0.1:${port}`
  try {
    await answering(child, origin)
  } catch (error) {
    await close()
    throw error
  }
  return { origin, close }
}

/** Scopes are left unchecked: it knows `write` and refuses Mastodon's own `write:statuses`. The strict simulator checks them. */
const configuration = (port: number, home: string): string => `
domain = "127.0.0.1:${port}"
url_scheme = "http"
media_storage_path = "${home}/media"
[server]
host = "127.0.0.1"
port = ${port}
[database]
path = "${home}/mastodon.sqlite"
[[seed.accounts]]
username = "ada"
display_name = "Ada Example"
`

async function answering(child: ChildProcess, origin: string): Promise<void> {
  let said = ''
  child.stderr?.on('data', (chunk) => (said = `${said}${chunk}`.slice(-4_000)))
  const until = performance.now() + startMs
  while (child.exitCode === null && performance.now() < until) {
    const up = await fetch(`${origin}/api/v2/instance`).catch(() => null)
    if (up?.ok) return
    await sleep(50)
  }
  throw new Error(`mastodon_mock did not start:\n${said}`)
}
