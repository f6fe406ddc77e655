import { setTimeout as pause } from 'node:timers/promises'
import pg from 'pg'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openDatabase, rows, type Database } from '../../../core/platform/db.ts'
import { createLocks } from '../../../core/platform/locks.ts'
import { askAdmin, createDatabase } from '../../support/database.ts'

let db: Database
let url: string
beforeAll(async () => {
  url = await createDatabase()
  db = openDatabase(url, { poolMax: 3 })
})
afterAll(() => db.close())

const connections = async (name: string): Promise<number> =>
  (
    await askAdmin<{ n: number }>(
      url,
      'select count(*)::int as n from pg_stat_activity where datname = current_database() and application_name = $1',
      [name],
    )
  )[0]!.n

/** Another process that holds `key` until it is let go. */
async function heldElsewhere(key: string): Promise<() => Promise<void>> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  await client.query('select pg_advisory_lock(hashtextextended($1, 0))', [key])
  return () => client.end()
}

describe('units of work', () => {
  it('share as many connections as the pool may have, however many are open at once', async () => {
    const most = await Promise.all(
      Array.from({ length: 12 }, () =>
        db.tx({}, async () => {
          await rows('select pg_sleep(0.05)')
          return connections('postaura')
        }),
      ),
    )
    expect(Math.max(...most)).toBe(3)
  })
})

describe('a lock between processes', () => {
  it('is one connection for a hundred calls side by side, whatever their keys', async () => {
    let most = 0
    await Promise.all(
      Array.from({ length: 100 }, (_, i) =>
        db.exclusively(`key ${i % 20}`, async () => {
          if (i % 10 === 0) most = Math.max(most, await connections('postaura-lock'))
        }),
      ),
    )
    expect(most).toBe(1)
  })
  it('matters: a connection for each call would be as many', async () => {
    const each = Array.from({ length: 5 }, () => createLocks(url))
    await Promise.all(each.map((locks, i) => locks.exclusively(`${i}`, async () => undefined)))
    expect(await connections('postaura-lock')).toBeGreaterThanOrEqual(5)
    await Promise.all(each.map((locks) => locks.close()))
  })
  it('lets one run at a time under a key, in the order they came', async () => {
    const order: string[] = []
    await Promise.all(
      [1, 2, 3].map((n) =>
        db.exclusively('queue', async () => {
          order.push(`${n} in`)
          await pause(5)
          order.push(`${n} out`)
        }),
      ),
    )
    expect(order).toEqual(['1 in', '1 out', '2 in', '2 out', '3 in', '3 out'])
  })
  it('does not keep another key waiting', async () => {
    const letGo = await heldElsewhere('busy')
    const waiting = db.exclusively('busy', async () => 'mine')
    expect(await db.exclusively('free', async () => 'at once')).toBe('at once')
    await letGo()
    expect(await waiting).toBe('mine')
  })
  it('is waited for while another process holds it', async () => {
    const letGo = await heldElsewhere('theirs')
    let ran = false
    const waiting = db.exclusively('theirs', async () => (ran = true))
    await pause(100)
    expect(ran).toBe(false)
    await letGo()
    expect(await waiting).toBe(true)
  })
  it('is given up after a while, by those behind in the queue too, and leaves the key usable', async () => {
    const locks = createLocks(url, { waitMs: 60 })
    const letGo = await heldElsewhere('long')
    const tries = [1, 2].map(() => locks.exclusively('long', async () => 'never'))
    for (const result of await Promise.allSettled(tries))
      expect(result).toMatchObject({ reason: { message: 'waited too long for the lock long' } })
    await letGo()
    expect(await locks.exclusively('long', async () => 'now')).toBe('now')
    await locks.close()
  })
  it('is free again after what it guarded has failed', async () => {
    const failing = db.exclusively('fails', () => Promise.reject(new Error('no')))
    await expect(failing).rejects.toThrow('no')
    const letGo = await heldElsewhere('fails')
    await letGo()
  })
  it('works again after its connection was cut', async () => {
    await db.exclusively('cut', async () => undefined)
    await askAdmin(
      url,
      `select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and application_name = 'postaura-lock'`,
    )
    await pause(50)
    expect(await db.exclusively('cut', async () => 'again')).toBe('again')
  })
  it('is refused inside a unit of work', async () => {
    const inside = db.tx({}, () => db.exclusively('x', async () => 1))
    await expect(inside).rejects.toThrow(/inside a unit of work/)
  })
})
