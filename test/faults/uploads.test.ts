/** A film goes up in parts while worker processes die: each part that was acknowledged is uploaded once. */
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import { schedule } from '../../core/publishing/ledger.ts'
import { addManifest } from '../../networks/manifests.ts'
import { networks } from '../../networks/registry.ts'
import { addFilm } from '../support/film.ts'
import { sweptFolder } from '../support/swept-folder.ts'
import { createWorld, eventually, type Tenant, type World } from '../support/world.ts'
import { manifest } from '../networks/ibis/manifest.ts'
import { ibis, partBytes } from '../networks/ibis/network.ts'
import { ibisServer, type IbisServer } from '../networks/ibis/server.ts'
import { startWorker, type WorkerKind, type WorkerProcess } from './worker-process.ts'

const parts = 32

describe.skipIf(!inject('temporalAddress'))('a film that goes up in parts', () => {
  let server: IbisServer
  let world: World
  let tenant: Tenant
  let channelId: string
  let assetId: string
  const folder = sweptFolder()
  const workers: WorkerProcess[] = []

  beforeAll(async () => {
    addManifest(manifest)
    server = await ibisServer()
    world = await createWorld({
      // What stands still in the test is not given up by the worker.
      env: { ALLOW_PRIVATE_ORIGINS: server.origin, CALL_TIMEOUT_MS: '20000' },
      overrides: { networks: { ...networks, ibis } },
    })
    tenant = await world.addTenant()
    const { origin } = server
    channelId = await world.addChannel(tenant, { network: 'ibis', origin, secrets: {} })
    assetId = await addFilm(world, tenant, parts * partBytes)
  })
  afterAll(async () => {
    await Promise.all(workers.map((worker) => worker.kill()))
    folder.remove()
    await world?.[Symbol.asyncDispose]()
    await server?.[Symbol.asyncDispose]()
  })

  async function start(kind: WorkerKind = 'ibis'): Promise<WorkerProcess> {
    const worker = await startWorker(world, folder, kind)
    workers.push(worker)
    return worker
  }
  async function post(text: string) {
    const more = { text, channelIds: [channelId], assetIds: [assetId] }
    const made = await world.addPost(tenant, { ...more, publishAt: new Date(Date.now() + 5_000) })
    await world.ctx.db.tx({ workspace: tenant.workspaceId }, () =>
      schedule(world.ctx, made, { by: tenant.personId }),
    )
    return made
  }
  const published = (postId: string) =>
    eventually(async () => {
      const [found] = await world.deliveries(tenant, postId)
      return found?.state === 'published' && found
    }, 90_000)
  const onceEach = Array.from({ length: parts }, () => 1)

  it('goes on where it was when its worker was killed', { timeout: 150_000 }, async () => {
    const worker = await start()
    const { reached, drop } = server.standStillAt(13)
    const { id } = await post('Killed midway.')
    await reached
    await worker.kill()
    drop()
    const next = await start()
    await published(id)
    await next.kill()
    expect(server.uploads()).toEqual([onceEach])
    expect(server.posts()).toEqual([{ text: 'Killed midway.', film: { upload: '0' } }])
  })

  it(
    'goes on at once elsewhere when its worker is told to stop',
    { timeout: 150_000 },
    async () => {
      const worker = await start()
      const { reached, drop } = server.standStillAt(13)
      const { id } = await post('Stopped midway.')
      await reached
      worker.stop()
      drop()
      const next = await start()
      await published(id)
      await next.kill()
      expect(server.uploads()[1]).toEqual(onceEach)
    },
  )

  it(
    'matters: a network that forgets what was acknowledged gets it again',
    { timeout: 150_000 },
    async () => {
      const worker = await start('forgetful')
      const { reached, drop } = server.standStillAt(13)
      const { id } = await post('Forgotten midway.')
      await reached
      await worker.kill()
      drop()
      await start('forgetful')
      await published(id)
      expect(server.uploads().slice(2)).toEqual([onceEach.slice(0, 13), onceEach])
    },
  )
})
