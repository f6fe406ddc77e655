import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import {
  lateJobs,
  periodicJobs,
  runIfDue,
  type PeriodicJob,
} from '../../../core/platform/periodic.ts'
import { uuidv7 } from '../../../core/platform/uuid.ts'
import { askAdmin } from '../../support/database.ts'
import { createWorld, type World } from '../../support/world.ts'

let world: World
let url: string
beforeAll(async () => {
  world = await createWorld()
  url = world.config.databaseUrl
})
afterAll(() => world[Symbol.asyncDispose]())
beforeEach(() => askAdmin(url, 'truncate periodic_jobs, job_runs'))

const [one, other] = [uuidv7(), uuidv7()]
const job = (run: PeriodicJob['run'], everyMs = 60_000): PeriodicJob => ({ everyMs, run })
const turn = (holder: string, run: PeriodicJob['run'], everyMs?: number) =>
  runIfDue(world.ctx, 'runs.sweep', job(run, everyMs), holder)
const runs = () =>
  askAdmin(url, 'select name, outcome, count, error from job_runs order by ended_at')

/** A job that is at work until it is told to end. */
function held() {
  const began = Promise.withResolvers<void>()
  const ends = Promise.withResolvers<void>()
  const run = async () => {
    began.resolve()
    await ends.promise
    return 1
  }
  return { run, began: began.promise, end: ends.resolve }
}

describe('a periodic job', () => {
  it('is run by one process at a time, and again when it is due again', async () => {
    const long = held()
    const first = turn(one, long.run)
    await long.began
    expect(await turn(other, async () => 1)).toBe(false)
    long.end()
    expect(await first).toBe(true)
    expect(await turn(other, async () => 1)).toBe(false)
    await askAdmin(url, 'update periodic_jobs set due_at = now()')
    expect(await turn(other, async () => 2)).toBe(true)
    expect(await runs()).toMatchObject([{ count: 1 }, { count: 2 }])
  })
  it('is run once however many processes look at the same instant', async () => {
    let times = 0
    const looks = Array.from({ length: 8 }, () => turn(uuidv7(), async () => ++times))
    expect((await Promise.all(looks)).filter(Boolean)).toEqual([true])
    expect(times).toBe(1)
  })
  it('is taken over when the lease of a process that died is over, and stays with who took it', async () => {
    const dead = held()
    const first = turn(one, dead.run)
    await dead.began
    await askAdmin(url, `update periodic_jobs set leased_until = now() - interval '1 second'`)
    const second = held()
    const taken = turn(other, second.run)
    await second.began
    dead.end()
    await first
    expect(await turn(uuidv7(), async () => 1)).toBe(false)
    second.end()
    expect(await taken).toBe(true)
  })
  it('leaves a row per run that says what failed without its message', async () => {
    const refused = Object.assign(new Error('to ada@example.org'), { code: 'ECONNREFUSED' })
    await turn(one, async () => Promise.reject(refused))
    expect(await runs()).toEqual([
      { name: 'runs.sweep', outcome: 'failed', count: null, error: 'Error, code ECONNREFUSED' },
    ])
  })
})

describe('a job is late', () => {
  const since = (seconds: number) =>
    askAdmin(url, `update periodic_jobs set succeeded_at = now() - $1 * interval '1 second'`, [
      seconds,
    ])
  it('when it did not succeed for three of its intervals', async () => {
    await turn(one, async () => 1, 10_000)
    expect(await lateJobs(world.ctx)).toEqual([])
    await since(59)
    expect(await lateJobs(world.ctx)).toEqual([])
    await since(61)
    expect(await lateJobs(world.ctx)).toEqual(['runs.sweep'])
    await askAdmin(url, 'update periodic_jobs set due_at = now()')
    await turn(one, async () => Promise.reject(new Error('no')), 10_000)
    expect(await lateJobs(world.ctx)).toEqual(['runs.sweep'])
  })
  it('when it never succeeded, but not when this version has no such job', async () => {
    await turn(one, async () => Promise.reject(new Error('no')))
    await askAdmin(
      url,
      `insert into periodic_jobs (name, every_ms) values ('gone', 1); update periodic_jobs set created_at = now() - interval '1 day'`,
    )
    expect(await lateJobs(world.ctx)).toEqual(['runs.sweep'])
  })
  it('is known for every job that there is', () => {
    expect(periodicJobs.entries().map(([name]) => name)).toContain('runs.sweep')
  })
})
