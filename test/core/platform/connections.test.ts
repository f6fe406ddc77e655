/** Connections to Postgres that break: in the breath in which they open, or without a word while something is asked. */
import { setTimeout as pause } from 'node:timers/promises'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { openDatabase, rows, run, type Database } from '../../../core/platform/db.ts'
import { createLocks, type Locks } from '../../../core/platform/locks.ts'
import { clientClass } from '../../../core/platform/postgres.ts'
import { createDatabase } from '../../support/database.ts'
import { tcpProxy, type TcpProxy } from '../../support/tcp-proxy.ts'

const limitMs = 300

let proxy: TcpProxy
let url: string
let db: Database
let locks: Locks
beforeEach(async () => {
  const direct = new URL(await createDatabase())
  proxy = await tcpProxy(direct.hostname, Number(direct.port))
  direct.hostname = '127.0.0.1'
  direct.port = String(proxy.port)
  url = direct.href
  db = openDatabase(url, { poolMax: 2, limitMs })
  locks = createLocks(url, { limitMs })
})
afterEach(async () => {
  await Promise.all([db.close(), locks.close()])
  await proxy.close()
})

const ask = () => db.tx({}, () => rows<{ one: number }>('select 1 as one'))
/** What Postgres says on a connection that it ends because it is to stop. */
const stopping = Buffer.concat([
  Buffer.from([0x45, 0, 0, 0, 4 + 7 + 7 + 9 + 1]),
  Buffer.from('SFATAL\0C57P01\0Mstopping\0\0'),
])
const ready = Buffer.from([0x5a, 0, 0, 0, 5, 0x49])

describe('a connection to Postgres', () => {
  it('that is ended in the breath in which it opens fails what is asked, and nothing else', async () => {
    await ask()
    proxy.nextEnds(ready, stopping)
    // One holds the connection that stands, the other opens its own.
    const holding = db.tx({}, () => rows('select pg_sleep(0.2)'))
    await expect(ask()).rejects.toThrow()
    await holding
    expect(await ask()).toEqual([{ one: 1 }])
  })
  it('that goes silent fails what is asked in time, and the next one is fresh', async () => {
    const asking = db.tx({}, async () => {
      await rows('select 1')
      proxy.silence()
      await rows('select 2')
    })
    await expect(asking).rejects.toThrow(/silent/)
    expect(await ask()).toEqual([{ one: 1 }])
  })
  it('matters: without the limit of silence it would be waited for', async () => {
    const Client = clientClass(60_000)
    const client = new Client({ connectionString: url })
    await client.connect()
    proxy.silence()
    const asked = client.query('select 1').catch(() => 'over')
    expect(await Promise.race([asked, pause(3 * limitMs, 'waiting')])).toBe('waiting')
    await client.end()
  })
  it('that goes silent keeps no lock from others', async () => {
    await locks.exclusively('one', async () => undefined)
    proxy.silence()
    await expect(locks.exclusively('two', async () => undefined)).rejects.toThrow(/silent/)
    expect(await locks.exclusively('three', async () => 'mine')).toBe('mine')
  })
  it('keeps a lock for as long as its work takes', async () => {
    const held = locks.exclusively('long', () => pause(4 * limitMs, 'done'))
    await pause(3 * limitMs)
    const other = createLocks(url, { limitMs, waitMs: 0 })
    await expect(other.exclusively('long', async () => undefined)).rejects.toThrow(/too long/)
    expect(await held).toBe('done')
    await other.close()
  })
  it('that goes silent while it listens is opened again, and is told what it may have missed', async () => {
    const heard: string[] = []
    const stop = await db.listen('a_channel', (payload) => heard.push(payload))
    proxy.silence()
    await expect.poll(() => heard, { timeout: 5_000 }).toEqual([''])
    await db.tx({}, () => run(`select pg_notify('a_channel', 'news')`))
    await expect.poll(() => heard).toEqual(['', 'news'])
    await stop()
  })
  it('listens for as long as nothing comes, on one connection', async () => {
    const heard: string[] = []
    const stop = await db.listen('quiet', (payload) => heard.push(payload))
    await pause(4 * limitMs)
    await db.tx({}, () => run(`select pg_notify('quiet', 'late')`))
    await expect.poll(() => heard).toEqual(['late'])
    await stop()
  })
})
