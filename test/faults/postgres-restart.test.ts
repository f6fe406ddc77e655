/** Postgres really restarted while posts are being sent: what it committed is all that is known afterwards, and it is enough. */
import { setTimeout as pause } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import { migrate } from '../../migrations/run.ts'
import { eventually } from '../support/world.ts'
import { ownPostgres, type OwnServer } from './own-servers.ts'
import { openTroupe, type Troupe } from './troupe.ts'
import type { WorkerProcess } from './worker-process.ts'

describe.skipIf(!inject('temporalAddress'))('a restart of Postgres while posts are sent', () => {
  let postgres: OwnServer
  let troupe: Troupe
  let worker: WorkerProcess

  beforeAll(async () => {
    postgres = await ownPostgres()
    const owner = postgres.address.replace('postaura_run:', 'postaura:')
    await migrate({ owner, runtime: postgres.address })
    troupe = await openTroupe({ DATABASE_URL: postgres.address })
    worker = await troupe.worker()
  })
  afterAll(async () => {
    await troupe?.[Symbol.asyncDispose]()
    await postgres?.[Symbol.asyncDispose]()
  })

  it.each<[string, NodeJS.Signals]>([
    ['as an operator does it', 'SIGINT'],
    ['as a crash does it', 'SIGQUIT'],
  ])('%s, sends nothing twice and loses nothing', async (_, how) => {
    for (const name of ['mastodon', 'bluesky'] as const) {
      troupe.side[name].faults.clear()
      for (let i = 0; i < 8; i += 1)
        troupe.side[name].faults.add({ kind: 'slow', on: 'publish', delayMs: 400 })
    }
    const posts = await troupe.begin({ count: 8, inMs: 1_500, everyMs: 200 })
    // Some are out, some are on their way and some are waiting when it ends.
    await eventually(async () => {
      const now = await troupe.states(posts)
      return now.includes('published') && now.includes('publishing')
    })
    await postgres.stop(how)
    await pause(300)
    await postgres.start()
    await troupe.expectEachOnce(posts)
    expect(worker.alive(), worker.log()).toBe(true)
  })
})
