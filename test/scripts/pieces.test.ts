import { spawn } from 'node:child_process'
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { createServer } from 'node:net'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test, vi } from 'vitest'
import { choosePorts } from '../../scripts/lib/chosen-ports.ts'
import { hostingOf } from '../../scripts/lib/hosting.ts'
import { turnLogs } from '../../scripts/lib/logs.ts'
import { end, isAlive, markOf } from '../../scripts/lib/processes.ts'
import { endLeftovers, openRunRecord, readRunState } from '../../scripts/lib/run-state.ts'
import { ensureSecrets } from '../../scripts/lib/secrets.ts'
import { openSupervisor } from '../../scripts/lib/supervise.ts'

const home = mkdtempSync(join(tmpdir(), 'pieces-'))
afterAll(() => rmSync(home, { recursive: true, force: true }))

const folder = (name: string): string => {
  const path = join(home, name)
  mkdirSync(path)
  return path
}

const idle = (env: NodeJS.ProcessEnv = {}) =>
  spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], {
    env: { ...process.env, ...env },
    stdio: 'ignore',
  })

test('keys are made once, for this user alone, and an older file gets only what it lacks', () => {
  const file = join(folder('keys'), 'keys.env')
  const first = ensureSecrets(file)
  expect(first.made).toBe(true)
  expect(statSync(file).mode & 0o777).toBe(0o600)
  expect(first.secrets.FERNET_KEYS).toMatch(/^[A-Za-z0-9_-]{43}=$/)
  expect(ensureSecrets(file)).toEqual({ secrets: first.secrets, made: false })
  writeFileSync(file, readFileSync(file, 'utf8').replace(/SETUP_TOKEN=.*\n/, ''))
  const again = ensureSecrets(file)
  expect(again.made).toBe(true)
  expect(again.secrets.FERNET_KEYS).toBe(first.secrets.FERNET_KEYS)
})

test('a taken port gives way to the next free one, which is said and kept', async () => {
  const data = folder('ports')
  const other = createServer().listen(0, '127.0.0.1')
  await new Promise((resolve) => other.once('listening', resolve))
  const { port } = other.address() as AddressInfo
  const said: string[] = []
  const chosen = await choosePorts(data, port, '127.0.0.1', (text) => said.push(text))
  other.close()
  expect(chosen.web).toBeGreaterThan(port)
  expect(said).toContain(`Port ${port} is taken; web uses ${chosen.web}`)
  expect(await choosePorts(data, undefined, '127.0.0.1', () => {})).toEqual(chosen)
})

const complete = {
  HOST: '0.0.0.0',
  PUBLIC_URL: 'https://posts.example',
  TRUST_PROXY: 'loopback',
  CONTROLLER_NAME: 'Example Ltd',
  CONTROLLER_ADDRESS: '1 Example Street',
}

test('without HOST nothing listens beyond this machine and nothing is demanded', () => {
  expect(hostingOf({})).toEqual({ host: '127.0.0.1', beyondLoopback: false, problems: [] })
  expect(hostingOf(complete)).toEqual({ host: '0.0.0.0', beyondLoopback: true, problems: [] })
})

test.each(['PUBLIC_URL', 'TRUST_PROXY', 'CONTROLLER_NAME', 'CONTROLLER_ADDRESS'])(
  'listening beyond this machine without %s is refused by that name',
  (name) => {
    const { problems } = hostingOf({ ...complete, [name]: undefined })
    expect(problems).toEqual([expect.stringContaining(name)])
  },
)

test('a plain http address is refused beyond this machine', () => {
  expect(hostingOf({ ...complete, PUBLIC_URL: 'http://posts.example' }).problems).toHaveLength(1)
})

test('what a killed run has left is ended, and a process that only has its number is not', async () => {
  const data = folder('leftovers')
  const ours = idle({ POSTAURA_DATA: data })
  const foreign = idle()
  const record = openRunRecord(data)
  const mark = record.add('api', ours.pid)
  record.add('worker', foreign.pid)
  expect(await endLeftovers(data)).toEqual(['api'])
  expect(isAlive(mark)).toBe(false)
  expect(isAlive(markOf('worker', foreign.pid as number))).toBe(true)
  expect(isAlive({ ...markOf('worker', foreign.pid as number), started: 'earlier' })).toBe(false)
  foreign.kill()
})

test('a service that dies is started again and said, and after stop it stays away', async () => {
  const data = folder('supervised')
  const said: string[] = []
  const supervisor = openSupervisor(openRunRecord(data), (text) => said.push(text), [5])
  const start = async (spawned: (pid: number | undefined) => void) => {
    const child = idle({ POSTAURA_DATA: data })
    spawned(child.pid)
    return child
  }
  await supervisor.run({ name: 'api', start })
  const first = readRunState(data)?.children[0]
  process.kill(first?.pid as number, 'SIGKILL')
  await vi.waitFor(() => expect(said).toContain('api runs again'), { timeout: 5_000 })
  const second = readRunState(data)?.children[0]
  expect(second?.pid).not.toBe(first?.pid)
  await supervisor.stop([['api']])
  expect(second && isAlive(second)).toBe(false)
  expect(said).toEqual(['api ended (SIGKILL); starting it again in 0.005 s', 'api runs again'])
})

test('a process that ignores a polite end is ended for certain', async () => {
  const text = `process.on('SIGTERM', () => {}); console.log('up'); setInterval(() => {}, 1000)`
  const child = spawn(process.execPath, ['-e', text], { stdio: ['ignore', 'pipe', 'ignore'] })
  await new Promise((resolve) => child.stdout.once('data', resolve))
  const mark = markOf('deaf', child.pid as number)
  await end(mark, 'SIGTERM', 50)
  expect(isAlive(mark)).toBe(false)
})

test('logs are put aside by day and gone after thirty', () => {
  const logs = folder('logs')
  turnLogs(logs, new Date('2026-03-01T10:00:00Z'))
  writeFileSync(join(logs, 'api.log'), 'first day')
  turnLogs(logs, new Date('2026-03-01T23:59:00Z'))
  expect(readFileSync(join(logs, 'api.log'), 'utf8')).toBe('first day')
  turnLogs(logs, new Date('2026-03-02T00:01:00Z'))
  expect(readFileSync(join(logs, 'api.log'), 'utf8')).toBe('')
  expect(readFileSync(join(logs, 'api.2026-03-01.log'), 'utf8')).toBe('first day')
  turnLogs(logs, new Date('2026-04-01T00:01:00Z'))
  expect(existsSync(join(logs, 'api.2026-03-01.log'))).toBe(false)
})
