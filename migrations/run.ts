/**
 * Brings the database to the newest schema: everything that is pending in one transaction, under one lock, on one connection. Whoever dies
 * in the middle leaves nothing half done, and several processes may start at once. A migration is a file with a text of SQL, `sql`.
 */
import { readdirSync } from 'node:fs'
import pg from 'pg'
import { type DatabaseUrls, readDatabaseUrls } from '../core/platform/config.ts'

const lockKey = 706_715_401
const oldestVersion = 160_000

export interface Migration {
  /** Name of its file without the ending; they are applied in the order of their names. */
  name: string
  sql: string
}

/** Every migration there is, in order. */
export async function allMigrations(): Promise<Migration[]> {
  const folder = new URL('.//', import.meta.url)
  const files = readdirSync(folder)
    .filter((name) => /^\d{4}-.+\.ts$/.test(name))
    .sort()
  return Promise.all(
    files.map(async (file) => {
      const { sql } = (await import(new URL(file, folder).href)) as { sql: string }
      return { name: file.replace(/\.ts$/, ''), sql }
    }),
  )
}

/**
 * Applies what is pending, lets the runtime's login become the roles of the units of work, and returns the names of what was applied.
 * `owner` is the URL of the login that owns the schema, `runtime` that of the running product.
 */
export async function migrate(
  { owner, runtime }: DatabaseUrls,
  migrations?: Migration[],
): Promise<string[]> {
  const known = migrations ?? (await allMigrations())
  const client = new pg.Client({ connectionString: owner, application_name: 'postaura-migrate' })
  // A connection that breaks fails the query that runs; without a listener it would end the process instead.
  client.on('error', () => undefined)
  await client.connect()
  try {
    await client.query('begin')
    const applied = await bringUp(client, known)
    await letBecome(client, runtime)
    await client.query('commit')
    return applied
  } finally {
    await client.end().catch(() => undefined)
  }
}

async function bringUp(client: pg.Client, known: Migration[]): Promise<string[]> {
  const version = await client.query<{ n: number }>(
    `select current_setting('server_version_num')::int as n`,
  )
  if (version.rows[0]!.n < oldestVersion) throw new Error('Postgres 16 or newer is needed')
  await client.query('select pg_advisory_xact_lock($1)', [lockKey])
  await client.query(
    'create table if not exists migrations (name text primary key, applied_at timestamptz not null default now())',
  )
  const { rows } = await client.query<{ name: string }>('select name from migrations order by name')
  const strange = rows.filter(({ name }) => !known.some((m) => m.name === name))
  if (strange.length > 0)
    throw new Error(
      `this database was made by another version (${strange.map((m) => m.name).join(', ')}), which this one cannot continue`,
    )
  const pending = known.filter((m) => !rows.some(({ name }) => name === m.name))
  for (const { name, sql } of pending) {
    await client.query(sql)
    await client.query('insert into migrations (name) values ($1)', [name])
  }
  return pending.map((m) => m.name)
}

/** The roles of the units of work: the runtime's login may become them, and has nothing of theirs until it does. */
const workRoles = ['postaura_app', 'postaura_jobs']

async function letBecome(client: pg.Client, runtime: string): Promise<void> {
  const login = decodeURIComponent(new URL(runtime).username) || client.user
  for (const role of workRoles) {
    const { rows } = await client.query<{ inherit_option: boolean; set_option: boolean }>(
      'select inherit_option, set_option from pg_auth_members where roleid = to_regrole($1) and member = to_regrole(quote_ident($2))',
      [role, login],
    )
    // Granted by somebody else perhaps, who may then be the only one that can.
    if (rows.some((m) => m.set_option) && !rows.some((m) => m.inherit_option)) continue
    await client.query(
      `grant ${role} to ${pg.escapeIdentifier(login!)} with inherit false, set true`,
    )
  }
}

if (process.argv[1] && import.meta.url.endsWith(process.argv[1].replace(/\\/g, '/'))) {
  const applied = await migrate(readDatabaseUrls(process.env))
  console.log(applied.length ? `applied ${applied.join(', ')}` : 'the schema is up to date')
}
