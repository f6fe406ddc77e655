import { randomBytes } from 'node:crypto'
import pg from 'pg'
import { inject } from 'vitest'

const databaseOf = (url: string): string => new URL(url).pathname.slice(1)

/** All logins of the run's Postgres have the same password. */
function urlOf(login: string, database: string): string {
  const at = new URL(inject('postgresAdminUrl'))
  at.pathname = `/${database}`
  at.username = login
  return at.href
}

/** Rows of one statement on a connection of its own. */
export async function ask<T extends object = Record<string, unknown>>(
  url: string,
  statement: string,
  values: unknown[] = [],
): Promise<T[]> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    return (await client.query(statement, values)).rows as T[]
  } finally {
    await client.end()
  }
}

/** Rows of one statement as superuser in `databaseUrl`'s database: no policy and no grant holds it back. */
export const askAdmin = <T extends object = Record<string, unknown>>(
  databaseUrl: string,
  statement: string,
  values: unknown[] = [],
): Promise<T[]> => ask<T>(adminUrlOf(databaseUrl), statement, values)

/** URL of `databaseUrl`'s database for a superuser: what row-level security does not hold back. */
export const adminUrlOf = (databaseUrl: string): string =>
  urlOf('postgres', databaseOf(databaseUrl))

/** URL of `databaseUrl`'s database for the login that owns it and migrates it. */
export const ownerUrlOf = (databaseUrl: string): string =>
  urlOf('postaura', databaseOf(databaseUrl))

/** A database of one's own without a schema, as the URL of the login that owns it. */
export async function createEmptyDatabase(): Promise<string> {
  const name = `t_${randomBytes(6).toString('hex')}`
  await ask(inject('postgresAdminUrl'), `create database ${name} owner postaura`)
  return urlOf('postaura', name)
}

/**
 * A database of one's own with the newest schema, as a `DATABASE_URL` for the login of the running product. It goes away with the run's
 * Postgres.
 */
export async function createDatabase(): Promise<string> {
  const name = `t_${randomBytes(6).toString('hex')}`
  const template = inject('postgresTemplate')
  await ask(
    inject('postgresAdminUrl'),
    `create database ${name} template ${template} owner postaura`,
  )
  return urlOf('postaura_run', name)
}
