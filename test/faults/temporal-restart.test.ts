/** Temporal really restarted, on its database file, while posts wait for it and while they are sent. */
import { setTimeout as pause } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import { eventually } from '../support/world.ts'
import { ownTemporal, type OwnServer } from './own-servers.ts'
import { openTroupe, type Troupe } from './troupe.ts'
import type { WorkerProcess } from './worker-process.ts'

const count = 3

describe.skipIf(!inject('temporalCli'))('a restart of Temporal', () => {
  let temporal: OwnServer
  let troupe: Troupe
  let worker: WorkerProcess

  beforeAll(async () => {
    temporal = await ownTemporal(inject('temporalCli'))
    troupe = await openTroupe({ TEMPORAL_ADDRESS: temporal.address })
    worker = await troupe.worker()
  })
  afterAll(async () => {
    await troupe?.[Symbol.asyncDispose]()
    await temporal?.[Symbol.asyncDispose]()
  })

  it('in the middle of sending, and while other posts wait, sends nothing twice and loses nothing', async () => {
    for (const name of ['mastodon', 'bluesky'] as const)
      for (let i = 0; i < count; i += 1)
        troupe.side[name].faults.add({ kind: 'slow', on: 'publish', delayMs: 600 })
    const dueLater = await troupe.begin({ count, inMs: 7_500 })
    const dueMeanwhile = await troupe.begin({ count, inMs: 5_000 })
    const underWay = await troupe.begin({ count, inMs: 800 })
    await eventually(async () => (await troupe.states(underWay)).includes('publishing'))
    await temporal.stop('SIGKILL')
    const states = await troupe.states(underWay)
    const [armed, unarmed] = [true, false].map((was) =>
      underWay.filter((_, i) => (states[i] !== 'scheduled') === was),
    )
    const scheduledMeanwhile = await troupe.begin({ count, inMs: 200 })
    const waiting = [...dueMeanwhile, ...scheduledMeanwhile]
    // What is on its way needs no Temporal to arrive and to be written down.
    await troupe.expectEachOnce(armed!)
    await pause(Math.max(0, dueMeanwhile[0]!.firstAt - Date.now() + 500))
    expect(new Set(await troupe.states(waiting))).toEqual(new Set(['scheduled']))
    await temporal.start()
    await troupe.expectEachOnce([...unarmed!, ...waiting, ...dueLater])
    expect(worker.alive(), worker.log()).toBe(true)
  })
})
