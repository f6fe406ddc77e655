/** Worker processes killed with SIGKILL in the middle of their work, and started again: every post is on its network once. */
import { setTimeout as pause } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import type { Step } from '../../activities/publishing/steps.ts'
import { eventually } from '../support/world.ts'
import { openTroupe, type Troupe } from './troupe.ts'
import type { WorkerProcess } from './worker-process.ts'

/** Posts on each network. */
const count = 4

describe.skipIf(!inject('temporalAddress'))('a worker process that is killed', () => {
  let troupe: Troupe
  let worker: WorkerProcess

  beforeAll(async () => {
    troupe = await openTroupe()
    worker = await troupe.worker('dying')
  })
  afterAll(() => troupe?.[Symbol.asyncDispose]())

  // Each is killed at its step while some posts are past it and others are not there yet; its successor has to see to all of them.
  it.each<[string, Step]>([
    ['with alarms in memory, ready for their instant', 'prepared'],
    ['after arming, before anything was sent', 'armed'],
    ['after the network answered, before that was written down', 'sent'],
    ['right after everything was written down', 'settled'],
  ])('%s, sends nothing twice and loses nothing', async (_, dieAt) => {
    worker.tell({ dieAt, after: 5 })
    const posts = await troupe.begin({ count, inMs: 1_000 })
    expect(await worker.ended).toBe('SIGKILL')
    worker = await troupe.worker('dying')
    await troupe.expectEachOnce(posts)
  })

  it('in the middle of calls that take long, sends nothing twice and loses nothing', async () => {
    const { mastodon, bluesky } = troupe.side
    for (const { faults } of [mastodon, bluesky])
      for (let i = 0; i < count; i += 1) faults.add({ kind: 'slow', on: 'publish', delayMs: 800 })
    const posts = await troupe.begin({ count, inMs: 1_000 })
    await eventually(async () => mastodon.faults.fired.length + bluesky.faults.fired.length > 0)
    await worker.kill()
    expect(await troupe.states(posts)).toContain('publishing')
    worker = await troupe.worker()
    await troupe.expectEachOnce(posts)
  })

  it('while posts wait for their time, and is away when it comes, loses nothing', async () => {
    const posts = await troupe.begin({ count, inMs: 2_500 })
    const { ctx } = troupe.world
    await eventually(() => ctx.temporal.isRunning(`post:${posts.at(-1)!.postId}`))
    await worker.kill()
    await pause(Math.max(0, posts[0]!.firstAt - Date.now() + 300))
    expect(new Set(await troupe.states(posts))).toEqual(new Set(['scheduled']))
    worker = await troupe.worker()
    await troupe.expectEachOnce(posts)
  })

  it('that sleeps over the instant and wakes when another has taken over, sends nothing twice', async () => {
    const posts = await troupe.begin({ count, inMs: 2_000 })
    const { ctx } = troupe.world
    await eventually(() => ctx.temporal.isRunning(`post:${posts.at(-1)!.postId}`))
    await pause(Math.max(0, posts[0]!.firstAt - Date.now() - 150))
    worker.sleep()
    const successor = await troupe.worker()
    await pause(6_000)
    worker.wake()
    await troupe.expectEachOnce(posts)
    // Whatever the one that slept still does, it does now.
    await pause(2_000)
    await troupe.expectEachOnce(posts)
    await worker.kill()
    worker = successor
  })

  it('matters: when the network is not asked afterwards, posts are on it twice', async () => {
    await worker.kill()
    worker = await troupe.worker('blind')
    worker.tell({ dieAt: 'sent', after: 3 })
    // The page takes the same delivery only once, asked or not.
    const posts = await troupe.begin({ count, inMs: 1_000, on: ['mastodon', 'bluesky'] })
    expect(await worker.ended).toBe('SIGKILL')
    worker = await troupe.worker('blind')
    const seen = () => Promise.all(posts.map((post) => troupe.visible(post)))
    await eventually(async () => (await seen()).includes(2), 30_000)
  })
})
