import { existsSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, inject, test, vi } from 'vitest'
import { inRoot } from '../../scripts/lib/paths.ts'
import { isAlive, type Mark } from '../../scripts/lib/processes.ts'
import { endLeftovers, readRunState } from '../../scripts/lib/run-state.ts'
import { createDatabase, ownerUrlOf } from '../support/database.ts'
import { command, started, type Started } from './started.ts'

const complete = ['api/main.ts', 'activities/worker.ts', 'workflows/index.ts'].every((file) =>
  existsSync(inRoot(file)),
)
const home = mkdtempSync(join(tmpdir(), 'start-'))
const data = join(home, 'data')

afterAll(async () => {
  // A test that failed half-way leaves what it started.
  for (const folder of [data, join(home, 'outside')]) {
    const owner = readRunState(folder)?.owner
    if (owner && isAlive(owner)) process.kill(owner.pid, 'SIGKILL')
    await endLeftovers(folder)
  }
  rmSync(home, { recursive: true, force: true })
})

const marks = (folder = data): Mark[] => readRunState(folder)?.children ?? []
const markOf = (name: string): Mark => marks().find((mark) => mark.name === name) as Mark
const isReady = async (url: string): Promise<boolean> =>
  fetch(`${url}/readyz`).then(
    (response) => response.ok,
    () => false,
  )

async function stop(run: Started): Promise<number | null> {
  run.child.kill('SIGINT')
  return run.ended
}

test('an argument that does not exist is answered with the ones that do', async () => {
  const run = command(['start', '--no-such-thing'])
  expect(await run.ended).toBe(1)
  expect(run.stderr()).toContain('[--data DIR] [--port N] [--demo] [--json]')
})

test('listening beyond this machine is refused with what it needs', async () => {
  const run = command(['start', '--data', data], { HOST: '0.0.0.0' })
  expect(await run.ended).toBe(1)
  for (const name of ['PUBLIC_URL', 'TRUST_PROXY', 'CONTROLLER_NAME', 'CONTROLLER_ADDRESS']) {
    expect(run.stderr()).toContain(name)
  }
  expect(existsSync(data)).toBe(false)
})

describe.skipIf(!complete)('a whole system', { timeout: 120_000 }, () => {
  let run: Started

  test('comes up from nothing and prints one object', async () => {
    run = await started(['--data', data, '--port', '0'])
    expect(run.ready).toEqual({
      url: expect.stringMatching(/^http:\/\/localhost:\d+$/),
      api: `${run.ready.url}/api/v1`,
      openapi: `${run.ready.url}/api/v1/openapi.json`,
      temporalUi: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+$/),
      mail: expect.any(String),
      data,
      ready_ms: expect.any(Number),
    })
    expect(await isReady(run.ready.url)).toBe(true)
    expect((await fetch(run.ready.temporalUi)).ok).toBe(true)
    expect(statSync(join(data, 'keys.env')).mode & 0o777).toBe(0o600)
    expect(run.stderr()).toContain(`back up ${join(data, 'keys.env')}`)
  })

  test('is found well by the doctor, and refuses a second one on its data', async () => {
    const doctor = command(['doctor', '--data', data])
    expect(await doctor.ended).toBe(0)
    expect(doctor.stdout().trimEnd().split('\n').at(-1)).toBe('ok')
    const second = command(['start', '--data', data])
    expect(await second.ended).toBe(1)
    expect(second.stderr()).toContain(run.ready.url)
  })

  test('gets over the death of each of its processes', async () => {
    for (const name of ['api', 'worker', 'postgres', 'temporal']) {
      const before = markOf(name)
      process.kill(before.pid, 'SIGKILL')
      const again = async () => {
        expect(run.stderr()).toContain(`${name} runs again`)
        expect(markOf(name).pid).not.toBe(before.pid)
        expect(await isReady(run.ready.url)).toBe(true)
      }
      await vi.waitFor(again, { timeout: 30_000, interval: 100 })
    }
  })

  test('after its supervisor was killed, the next start ends what is left and goes on', async () => {
    const left = marks()
    const { owner } = readRunState(data) as { owner: Mark }
    process.kill(owner.pid, 'SIGKILL')
    await run.ended
    const { url } = run.ready
    run = await started(['--data', data])
    expect(run.ready.url).toBe(url)
    expect(run.stderr()).toMatch(/Ended what an unclean stop had left: .*postgres/)
    expect(left.filter(isAlive)).toEqual([])
  })

  test('stops in order on Ctrl-C and leaves no process behind', async () => {
    const all = marks()
    expect(await stop(run)).toBe(0)
    expect(all.filter(isAlive)).toEqual([])
    expect(existsSync(join(data, 'run.json'))).toBe(false)
    expect(readFileSync(join(data, 'logs', 'postgres.log'), 'utf8')).toContain('is shut down')
  })

  test('takes the next port when its own is taken, and says so', async () => {
    const { port } = new URL(run.ready.url)
    const other = createServer().listen(Number(port), '127.0.0.1')
    run = await started(['--data', data])
    other.close()
    expect(run.stderr()).toContain(`Port ${port} is taken; web uses ${new URL(run.ready.url).port}`)
    expect(await isReady(run.ready.url)).toBe(true)
    expect(await stop(run)).toBe(0)
  })

  test.skipIf(!inject('temporalAddress'))(
    'uses a database and a Temporal of one’s own and starts none',
    async () => {
      const outside = join(home, 'outside')
      const database = await createDatabase()
      const servers = {
        DATABASE_URL: database,
        MIGRATION_DATABASE_URL: ownerUrlOf(database),
        TEMPORAL_ADDRESS: inject('temporalAddress'),
      }
      run = await started(['--data', outside, '--port', '0'], servers)
      const names = marks(outside).map(({ name }) => name)
      expect(names.sort()).toEqual(['api', 'worker'])
      expect(await stop(run)).toBe(0)
    },
  )

  test.skipIf(!inject('temporalAddress'))(
    'reachable by others, the first account needs the link that the operator reads',
    async () => {
      const database = await createDatabase()
      const servers = {
        DATABASE_URL: database,
        MIGRATION_DATABASE_URL: ownerUrlOf(database),
        TEMPORAL_ADDRESS: inject('temporalAddress'),
      }
      const hosting = {
        HOST: '0.0.0.0',
        PUBLIC_URL: 'https://posts.example',
        TRUST_PROXY: 'loopback',
        CONTROLLER_NAME: 'Example Ltd',
        CONTROLLER_ADDRESS: '1 Example Street',
      }
      const outside = join(home, 'outside')
      run = await started(['--data', outside, '--port', '0'], { ...servers, ...hosting })
      expect(run.ready.url).toBe('https://posts.example')
      expect(run.stderr()).toMatch(/https:\/\/posts\.example\/register\?setup=[\w-]{43}/)
      expect(await stop(run)).toBe(0)
    },
  )

  test('a database that is not there is said, and nothing is left running', async () => {
    const servers = { DATABASE_URL: 'postgres://nobody:x@127.0.0.1:1/none' }
    const failed = command(['start', '--data', join(home, 'outside')], servers)
    expect(await failed.ended).toBe(1)
    expect(failed.stderr()).toContain('check DATABASE_URL')
    expect(existsSync(join(home, 'outside', 'run.json'))).toBe(false)
  })
})
