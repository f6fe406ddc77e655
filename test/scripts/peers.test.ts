import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, afterEach, beforeEach, expect, test, vi } from 'vitest'
import { ensureBlueskyPds } from '../../scripts/peers/bluesky-pds.ts'
import { installOnce } from '../../scripts/peers/install.ts'
import { ensureMastodonMock } from '../../scripts/peers/mastodon-mock.ts'

const home = mkdtempSync(join(tmpdir(), 'peers-'))
const cache = join(home, 'cache')

beforeEach(() => {
  vi.stubEnv('POSTAURA_CACHE', cache)
})
afterEach(() => {
  vi.unstubAllEnvs()
  rmSync(cache, { recursive: true, force: true })
})
afterAll(() => rmSync(home, { recursive: true, force: true }))

/** Stands in for Python: `script` is what it does, with pip's arguments from `$3` on. */
function pythonThat(script: string): void {
  const python = join(home, 'python3')
  writeFileSync(python, `#!/bin/sh\n${script}\n`, { mode: 0o755 })
  vi.stubEnv('PYTHON', python)
}

test('a server is installed once when two want it at once, and is in its place only when whole', async () => {
  let times = 0
  const fill = async (folder: string) => {
    times += 1
    await sleep(150)
    expect(existsSync(join(cache, 'peer-1'))).toBe(false)
    writeFileSync(join(folder, 'file'), '')
  }
  const both = await Promise.all([installOnce('peer-1', fill), installOnce('peer-1', fill)])
  expect(times).toBe(1)
  expect(both.map(({ fresh }) => fresh).sort()).toEqual([false, true])
  for (const { folder } of both) expect(readdirSync(folder)).toEqual(['file'])
})

test('an installation that fails leaves nothing behind, and the next one starts afresh', async () => {
  const half = async (folder: string) => {
    mkdirSync(join(folder, 'half'))
    throw new Error('the connection was lost')
  }
  await expect(installOnce('peer-1', half)).rejects.toThrow('the connection was lost')
  expect(readdirSync(cache)).toEqual([])
  const { folder } = await installOnce('peer-1', async () => {})
  expect(readdirSync(folder)).toEqual([])
})

test('a wheel that is not the one that was tried is not installed', async () => {
  pythonThat('[ "$1" = -c ] && echo cpython-311 || touch "$6/mastodon_mock-0.6.1-py3-none-any.whl"')
  await expect(ensureMastodonMock()).rejects.toThrow(/SHA-256 is e3b0c442\w+, expected 14fccce1/)
  expect(readdirSync(cache)).toEqual([])
})

test('a machine without Python hears why the Mastodon server is missing, and what to do', async () => {
  vi.stubEnv('PYTHON', join(home, 'nowhere'))
  await expect(ensureMastodonMock()).rejects.toMatchObject({
    message: expect.stringContaining('ENOENT'),
    advice: expect.stringContaining('install Python 3.10 or newer with pip'),
  })
})

test('a machine that cannot reach npm hears why the Bluesky server is missing, and what to do', async () => {
  const npm = join(home, 'npm.js')
  writeFileSync(npm, 'console.error("npm error network unreachable"); process.exit(1)')
  vi.stubEnv('npm_execpath', npm)
  await expect(ensureBlueskyPds()).rejects.toMatchObject({
    message: 'Could not install the Bluesky server: npm error network unreachable',
    advice: expect.stringContaining('npm registry'),
  })
  expect(readdirSync(cache)).toEqual([])
})
