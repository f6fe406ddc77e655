import { randomBytes } from 'node:crypto'
import pg from 'pg'
import { inject } from 'vitest'

const withDatabase = (url: string, database: string): URL => {
  const at = new URL(url)
  at.pathname = `/${database}`
  return at
}

/** Runs one statement as superuser on the run's Postgres. */
async function asAdmin(statement: string): Promise<void> {
  const client = new pg.Client({ connectionString: inject('postgresAdminUrl') })
  await client.connect()
  try {
    await client.query(statement)
  } finally {
    await client.end()
  }
}

/** URL of `databaseUrl`'s database for a superuser: what row-level security does not hold back. */
export function adminUrlOf(databaseUrl: string): string {
  return withDatabase(inject('postgresAdminUrl'), new URL(databaseUrl).pathname.slice(1)).href
}

/**
 * A database of one's own with the newest schema, as a `DATABASE_URL` for the login that owns it (no superuser). It goes
 * away with the run's Postgres.
 */
export async function createDatabase(): Promise<string> {
  const name = `t_${randomBytes(6).toString('hex')}`
  const template = inject('postgresTemplate')
  await asAdmin(`create database ${name} template ${template} owner postaura`)
  const url = withDatabase(inject('postgresAdminUrl'), name)
  url.username = 'postaura'
  return url.href
}
