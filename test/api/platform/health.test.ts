/** What machines ask of a running instance, and who is told when nothing sweeps any more. */
import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import express from 'express'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { noteAlive } from '../../../activities/publishing/sweeper.ts'
import { healthRoutes } from '../../../api/platform/health.ts'
import { queuesOf } from '../../../core/platform/readiness.ts'
import { watchSweeper } from '../../../core/publishing/sweeper-watch.ts'
import { readyFinding } from '../../../scripts/lib/health.ts'
import { askAdmin } from '../../support/database.ts'
import { createWorld, type World } from '../../support/world.ts'

let world: World
let server: Server
let origin: string
beforeAll(async () => {
  world = await createWorld()
  const app = express()
  healthRoutes(world.ctx, app)
  server = app.listen(0, '127.0.0.1')
  await new Promise((listening) => server.once('listening', listening))
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
})
afterAll(async () => {
  server.close()
  await world[Symbol.asyncDispose]()
})

const get = (path: string): Promise<Response> => fetch(origin + path)

describe('health', () => {
  const standStill = (minutes: number) =>
    askAdmin(
      world.config.databaseUrl,
      `insert into heartbeats (name, at) values ('sweeper', now() - $1 * interval '1 minute') on conflict (name) do update set at = excluded.at`,
      [minutes],
    )
  it('is alive without anything else, and not ready without a worker', async () => {
    expect(await (await get('/healthz')).text()).toBe('ok\n')
    const ready = await get('/readyz')
    expect(ready.status).toBe(503)
    expect(await ready.json()).toMatchObject({ ready: false, database: true, worker: false })
  })
  it('is ready when a worker of the main queue was seen just now', async () => {
    await noteAlive(world as never, 'worker:me:main', { identity: 'me', queue: 'main' })
    const ready = await get('/readyz')
    expect(await ready.json()).toEqual({
      ready: true,
      database: true,
      temporal: true,
      worker: true,
      late: [],
      unserved: ['writing', 'publish-bluesky', 'publish-mastodon', 'publish-page'],
    })
    expect(await readyFinding(ready.url.replace('/readyz', ''))).toMatchObject({
      said: expect.stringContaining('no worker serves writing, publish-bluesky'),
    })
  })
  it('names a sweeper that stands still, and tells those who run the instance, once a day', async () => {
    await standStill(3)
    expect(await (await get('/readyz')).json()).toMatchObject({ late: ['sweeper'] })
    const { personId } = await world.addTenant()
    await askAdmin(world.config.databaseUrl, 'update persons set operator = true where id = $1', [
      personId,
    ])
    expect(await watchSweeper(world.ctx)).toBe('standing')
    expect(await watchSweeper(world.ctx)).toBe('standing')
    const mails = await askAdmin(
      world.config.databaseUrl,
      `select subject from mails where person_id = $1`,
      [personId],
    )
    expect(mails).toEqual([{ subject: 'PostAura’s sweeper is standing still' }])
    await standStill(1)
    expect(await watchSweeper(world.ctx)).toBe('walking')
    expect(await (await get('/readyz')).json()).toMatchObject({ late: [] })
  })
  it('names a periodic job that is late, stays ready, and is heard by doctor', async () => {
    await askAdmin(
      world.config.databaseUrl,
      `insert into periodic_jobs (name, every_ms, created_at) values ('runs.sweep', 15000, now() - interval '2 minutes')`,
    )
    for (const queue of queuesOf(world.ctx))
      await noteAlive(world as never, `worker:me:${queue}`, { identity: 'me', queue })
    const ready = await get('/readyz')
    expect(ready.status).toBe(200)
    expect(await ready.json()).toMatchObject({ ready: true, late: ['runs.sweep'] })
    expect(await readyFinding(ready.url.replace('/readyz', ''))).toMatchObject({
      said: 'ready, but late: runs.sweep',
      advice: expect.stringContaining('worker.log'),
    })
  })
})
