/** What each login and role of the database may do, tried against the database itself. */
import pg from 'pg'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { uuidv7 } from '../../core/platform/uuid.ts'
import { databaseFinding, loginFinding } from '../../scripts/lib/health.ts'
import { adminUrlOf, ask, askAdmin, createDatabase, ownerUrlOf } from '../support/database.ts'
import { createWorld, type Tenant, type World } from '../support/world.ts'

let world: World
let tenant: Tenant
let stranger: Tenant
let url: string
const fellow = uuidv7()

beforeAll(async () => {
  world = await createWorld()
  url = world.config.databaseUrl
  tenant = await world.addTenant()
  stranger = await world.addTenant()
  await askAdmin(
    url,
    `insert into persons (id, email, name, sixteen_attested_at, created_at, updated_at) values ($1, 'fellow@example.org', 'Grace', now(), now(), now())`,
    [fellow],
  )
  await askAdmin(url, `insert into memberships values ($1, $2, 'viewer', now())`, [
    tenant.workspaceId,
    fellow,
  ])
  await askAdmin(
    url,
    `insert into credentials select id, '$argon2id$' || id, now() from persons where not exists (select 1 from credentials where person_id = persons.id)`,
  )
  await askAdmin(url, `insert into network_apps values ('x', 'https://x.example', 'r', 's', now())`)
  await askAdmin(
    url,
    `insert into roles values ($1, $2, 'theirs', '{post.read}', now(), now()), ($3, $4, 'ours', '{}', now(), now())`,
    [uuidv7(), stranger.workspaceId, uuidv7(), tenant.workspaceId],
  )
})
afterAll(() => world[Symbol.asyncDispose]())

/** Runs one statement as `login` after becoming `role` for the tenant and its person, and takes it back; rows, or the refusal. */
async function tryAs(login: string, role: string, statement: string): Promise<unknown> {
  const client = new pg.Client({ connectionString: login })
  await client.connect()
  try {
    await client.query('begin')
    await client.query(
      `select set_config('role', $1, true), set_config('app.workspace_id', $2, true), set_config('app.person_id', $3, true)`,
      [role, tenant.workspaceId, tenant.personId],
    )
    const { rows, rowCount, command } = await client.query(statement)
    return command === 'SELECT' ? rows : rowCount
  } catch (error) {
    return (error as Error).message
  } finally {
    await client.end()
  }
}
const asApp = (statement: string) => tryAs(url, 'postaura_app', statement)
const asSuperuser = (statement: string) => tryAs(adminUrlOf(url), 'postgres', statement)
const allTables = async () =>
  (
    await askAdmin<{ t: string }>(
      url,
      `select tablename as t from pg_tables where schemaname = 'public'`,
    )
  ).map(({ t }) => t)

describe('the running product’s login', () => {
  it('sees no row of any table before it becomes a role', async () => {
    const tables = await allTables()
    expect(tables.length).toBeGreaterThan(20)
    for (const table of tables)
      await expect(ask(url, `select * from ${table}`), table).rejects.toThrow('permission denied')
  })
  it('matters: one that inherits the roles reads every tenant', async () => {
    await askAdmin(url, `create role nosy login inherit password 'x'`)
    await askAdmin(url, `grant postaura_jobs to nosy with inherit true`)
    const nosy = new URL(url)
    nosy.username = 'nosy'
    nosy.password = 'x'
    expect(await ask(nosy.href, 'select id from workspaces')).not.toEqual([])
    await askAdmin(url, 'drop role nosy')
  })
  it('owns nothing, makes nothing, and is in no role but the two it may become', async () => {
    const owned = await askAdmin(
      url,
      `select deptype from pg_shdepend where refobjid = 'postaura_run'::regrole and deptype = 'o'`,
    )
    expect(owned).toEqual([])
    await expect(ask(url, 'create table mine (id int)')).rejects.toThrow('permission denied')
    await expect(ask(url, 'create role mine')).rejects.toThrow('permission denied')
    const member = await askAdmin<{ role: string }>(
      url,
      `select roleid::regrole::text as role, inherit_option, admin_option from pg_auth_members where member = 'postaura_run'::regrole order by 1`,
    )
    expect(member).toEqual([
      { role: 'postaura_app', inherit_option: false, admin_option: false },
      { role: 'postaura_jobs', inherit_option: false, admin_option: false },
    ])
  })
  it.each(['postaura', 'postaura_lookup', 'postgres'])('cannot become %s', async (role) => {
    expect(await tryAs(url, role, 'select 1')).toMatch(/permission denied to set role/)
  })
  it('is found in order by doctor, which says what is wrong with one login for everything', async () => {
    expect(await loginFinding(url)).toMatchObject({ said: 'owns nothing and inherits nothing' })
    expect(await loginFinding(ownerUrlOf(url))).toMatchObject({
      said: expect.stringMatching(/^postaura .*owns the tables/),
      advice: expect.stringContaining('MIGRATION_DATABASE_URL'),
    })
    expect(await loginFinding(adminUrlOf(url))).toMatchObject({
      said: expect.stringContaining('is a superuser'),
    })
  })
})

describe('the connections of each process', () => {
  it('are said by doctor, and have to fit into what Postgres allows', async () => {
    const fits = await databaseFinding(url)
    expect(fits.said).toMatch(/200 connections, of which api and worker take at most 12 each$/)
    expect(fits.advice).toBeUndefined()
    vi.stubEnv('DATABASE_POOL', '150')
    expect(await databaseFinding(url)).toMatchObject({
      advice: 'lower DATABASE_POOL, or raise max_connections of Postgres',
    })
    vi.unstubAllEnvs()
  })
})

/** What the product must never do, and that a superuser could. */
const forbidden = [
  ['make itself operator', 'update persons set operator = true where id = app_person()'],
  ['give itself another id', 'update persons set id = gen_random_uuid() where id = app_person()'],
  ['delete a person', 'delete from persons where id = app_person()'],
  ['delete what was registered at networks', 'delete from network_apps'],
  ['rewrite what happened to a post', `update moves set code = 'never'`],
  ['delete what happened to a post', 'delete from moves'],
  ['delete what was sent', 'delete from attempts'],
  ['rewrite events', `update events set kind = 'x'`],
  ['end a session without a trace', 'delete from sessions'],
  ['see what the migrations were', 'select * from migrations'],
  ['empty a table', 'truncate posts'],
  ['switch row-level security off', 'alter table posts disable row level security'],
] as const

describe('the app’s role', () => {
  it.each(forbidden)('may not %s', async (_, statement) => {
    expect(await asApp(statement)).toMatch(/permission denied|must be owner/)
  })
  it.each(forbidden)('matters: a superuser may %s', async (_, statement) => {
    expect(String(await asSuperuser(statement))).not.toMatch(/permission denied|must be owner/)
  })
  it('adds no operator once there is somebody', async () => {
    const add = (operator: boolean) =>
      `insert into persons (id, email, name, operator, sixteen_attested_at, created_at, updated_at)
       values (app_person(), 'x@example.org', 'X', ${operator}, now(), now(), now()) on conflict (id) do nothing`
    expect(await asApp(add(true))).toMatch(/row-level security/)
    expect(await asApp(add(false))).toBe(0)
  })
  it('adds the first person as operator', async () => {
    const empty = await createDatabase()
    const id = uuidv7()
    const client = new pg.Client({ connectionString: empty })
    await client.connect()
    await client.query('begin')
    await client.query(
      `select set_config('role', 'postaura_app', true), set_config('app.person_id', $1, true)`,
      [id],
    )
    const { rowCount } = await client.query(
      `insert into persons (id, email, name, operator, sixteen_attested_at, created_at, updated_at) values ($1, 'a@example.org', 'A', true, now(), now(), now())`,
      [id],
    )
    await client.end()
    expect(rowCount).toBe(1)
  })
  it('sees a fellow’s name, and of password hashes its person’s own alone', async () => {
    expect(await asApp(`select name from persons where id = '${fellow}'`)).toEqual([
      { name: 'Grace' },
    ])
    const own = [{ person_id: tenant.personId }]
    expect(await asApp('select person_id from credentials')).toEqual(own)
    expect(await asSuperuser('select person_id from credentials')).not.toEqual(own)
  })
  it('reads and changes the roles of its own workspace alone', async () => {
    expect(await asApp('select name from roles')).toEqual([{ name: 'ours' }])
    expect(await asApp(`update roles set permissions = '{workspace.delete}'`)).toBe(1)
    expect(await asSuperuser(`update roles set permissions = '{workspace.delete}'`)).toBe(2)
    const theirs = `insert into roles select gen_random_uuid(), id, 'all', '{}', now(), now() from (values ('${stranger.workspaceId}'::uuid)) w (id)`
    expect(await asApp(theirs)).toMatch(/row-level security/)
  })
})

describe('looking up before anybody is known', () => {
  it('reads no content, whoever runs it', async () => {
    const readable = await askAdmin<{ t: string; c: string }>(
      url,
      `select table_name as t, column_name as c from information_schema.column_privileges where grantee = 'postaura_lookup'`,
    )
    const secret = ['name', 'content', 'sealed_secrets', 'password_hash', 'brief', 'data', 'text']
    expect(readable.length).toBeGreaterThan(20)
    expect(readable.filter(({ c }) => secret.includes(c))).toEqual([])
  })
  it('cannot be misled by a table of the caller’s own', async () => {
    const misled = `create temp table persons as select gen_random_uuid() as id, 'nobody@example.org'::text as email`
    const client = new pg.Client({ connectionString: url })
    await client.connect()
    await client.query('begin')
    await client.query(misled)
    await client.query('grant select on pg_temp.persons to public')
    await client.query(`set local role postaura_app`)
    const { rows } = await client.query(`select person_by_email('nobody@example.org') as id`)
    await client.end()
    expect(rows).toEqual([{ id: null }])
  })
})
