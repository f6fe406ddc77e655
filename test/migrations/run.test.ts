import { spawn } from 'node:child_process'
import { once } from 'node:events'
import pg from 'pg'
import { beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { allMigrations, migrate, type Migration } from '../../migrations/run.ts'
import { inRoot } from '../../scripts/lib/paths.ts'
import { ask, createEmptyDatabase } from '../support/database.ts'
import { eventually } from '../support/world.ts'

let all: Migration[]
let names: string[]
beforeAll(async () => {
  all = await allMigrations()
  names = all.map((m) => m.name)
})

let owner: string
let urls: { owner: string; runtime: string }
beforeEach(async () => {
  owner = await createEmptyDatabase()
  urls = { owner, runtime: owner.replace('postaura:', 'postaura_run:') }
})

const tables = async (): Promise<number> =>
  (
    await ask<{ n: number }>(
      owner,
      `select count(*)::int as n from pg_class where relnamespace = 'public'::regnamespace and relkind = 'r'`,
    )
  )[0]!.n

describe('migrations', () => {
  it('are all applied, once', async () => {
    expect(await migrate(urls)).toEqual(names)
    expect(await tables()).toBeGreaterThan(20)
    expect(await migrate(urls)).toEqual([])
  })
  it('apply what is new to a database that has the others', async () => {
    await migrate(urls, all.slice(0, 4))
    expect(await migrate(urls)).toEqual(names.slice(4))
  })
  it('leave nothing behind when one of them fails, and can be run again', async () => {
    const broken = [...all.slice(0, 5), { name: '0006-broken', sql: 'select 1 / 0' }]
    await expect(migrate(urls, broken)).rejects.toThrow('division by zero')
    expect(await tables()).toBe(0)
    expect(await migrate(urls)).toEqual(names)
  })
  it('leave nothing behind when their process is killed, and can be run again', async () => {
    const [first, ...rest] = all
    const child = migrateIn(urls, [first!, { name: '0001-sleep', sql: 'select pg_sleep(2)' }])
    await eventually(async () => (await asleep()) === 1)
    child.kill('SIGKILL')
    await once(child, 'exit')
    expect(await migrate(urls)).toEqual([first!, ...rest].map((m) => m.name))
  })
  it('matter as one transaction: one by one, a failure would stay in the way for ever', async () => {
    const client = new pg.Client({ connectionString: owner })
    await client.connect()
    for (const { sql } of all.slice(0, 5)) await client.query(sql)
    await client.end()
    await expect(migrate(urls)).rejects.toThrow('already exists')
  })
  it('may be begun by several processes at once: one applies them, the others wait', async () => {
    const applied = await Promise.all([migrate(urls), migrate(urls), migrate(urls)])
    expect(applied.map((list) => list.length).sort((a, b) => a - b)).toEqual([0, 0, all.length])
  })
  it('refuse a database of a newer version', async () => {
    await migrate(urls, [...all, { name: '9999-newer', sql: 'select 1' }])
    await expect(migrate(urls)).rejects.toThrow(/made by another version \(9999-newer\)/)
  })
  it('give one login that is everything the roles of the units of work, without inheriting them', async () => {
    await migrate({ owner, runtime: owner })
    const [found] = await ask(
      owner,
      `select pg_has_role('postaura_app', 'SET') as may, pg_has_role('postaura_app', 'USAGE') as has`,
    )
    expect(found).toEqual({ may: true, has: false })
  })
})

const asleep = async (): Promise<number> =>
  (
    await ask<{ n: number }>(
      owner,
      `select count(*)::int as n from pg_stat_activity where datname = current_database() and query like '%pg_sleep%' and pid <> pg_backend_pid()`,
    )
  )[0]!.n

/** Migrates in a process of its own. */
function migrateIn(to: typeof urls, migrations: Migration[]) {
  const script = `
    import { migrate } from ${JSON.stringify(inRoot('migrations', 'run.ts'))}
    await migrate(${JSON.stringify(to)}, ${JSON.stringify(migrations)})`
  return spawn(process.execPath, ['--input-type=module', '-e', script], { stdio: 'inherit' })
}
