import { accessSync, constants, existsSync, statfsSync } from 'node:fs'
import { connect } from 'node:net'
import { join } from 'node:path'
import pg from 'pg'
import type { Ports } from './chosen-ports.ts'
import type { Place } from './place.ts'
import { isFree } from './ports.ts'
import { isAlive } from './processes.ts'
import type { RunState } from './run-state.ts'

/** One thing that doctor looked at. `advice` is there exactly when something has to be done. */
export interface Finding {
  name: string
  said: string
  advice?: string
}

const gigabyte = 1024 ** 3

export function nodeFinding(version = process.versions.node): Finding {
  const found = { name: 'Node', said: version }
  return Number(version.split('.')[0]) >= 24 ? found : { ...found, advice: 'install Node 24' }
}

export function folderFinding(data: string): Finding {
  const name = 'Data folder'
  if (!existsSync(data)) return { name, said: `${data} (made by the first npm start)` }
  try {
    accessSync(data, constants.W_OK)
    return { name, said: data }
  } catch {
    return {
      name,
      said: data,
      advice: 'make it writable for this user, or name another with --data',
    }
  }
}

export function diskFinding(folder: string): Finding {
  const { bavail, bsize } = statfsSync(folder)
  const free = (bavail * bsize) / gigabyte
  const said = `${free.toFixed(1)} GB free`
  return free >= 1 ? { name: 'Disk', said } : { name: 'Disk', said, advice: 'free at least 1 GB' }
}

/** Ports of a stopped system: a taken one is no fault, since start takes the next, but worth knowing. */
export async function portFindings(ports: Ports): Promise<Finding[]> {
  const looked = Object.entries(ports).map(async ([name, port]) => ({
    name: `Port ${port} (${name})`,
    said: (await isFree(port)) ? 'free' : 'taken: start will use the next free one',
  }))
  return Promise.all(looked)
}

/** The processes that start has written down; one that is gone is being started again, or start itself is gone. */
export function processFindings(place: Place, state: RunState): Finding[] {
  const supervised = isAlive(state.owner)
  return [state.owner, ...state.children].filter(isService).map((mark) => {
    const found = { name: `Process ${mark.name}`, said: `pid ${mark.pid}` }
    if (isAlive(mark)) return found
    const advice = supervised
      ? `it ended and is being started again; its log is ${join(place.logs, `${mark.name}.log`)}`
      : 'npm start'
    return { ...found, said: 'not running', advice }
  })
}

const isService = ({ name }: { name: string }): boolean => name !== 'migrations'

export async function readyFinding(url: string): Promise<Finding> {
  const name = `${url}/readyz`
  try {
    const response = await fetch(name, { signal: AbortSignal.timeout(3_000) })
    const body = await response.text()
    if (response.ok) return { name, ...lateFinding(body) }
    const said = `${response.status} ${body.slice(0, 300)}`
    return { name, said, advice: 'see what it says is missing' }
  } catch (error) {
    return { name, said: String((error as Error).cause ?? error), advice: 'see logs/api.log' }
  }
}

/** Work that is done now and then and has not succeeded for a while, and queues without a worker. */
function lateFinding(body: string): Omit<Finding, 'name'> {
  const { late, unserved } = JSON.parse(body) as { late: string[]; unserved: string[] }
  if (unserved.length > 0)
    return {
      said: `ready, but no worker serves ${unserved.join(', ')}`,
      advice: 'start a worker for it; WORKER_QUEUES says which ones a worker serves',
    }
  if (late.length === 0) return { said: 'ready' }
  const said = `ready, but late: ${late.join(', ')}`
  return { said, advice: 'see what logs/worker.log says of these jobs' }
}

/** API and worker; each has two connections besides those of DATABASE_POOL, one that listens and one for locks. */
const processes = 2

function connectionsFinding(version: string, max: number): Omit<Finding, 'name'> {
  const each = Number(process.env.DATABASE_POOL || 10) + 2
  const said = `Postgres ${version}, ${max} connections, of which api and worker take at most ${each} each`
  if (max >= processes * each) return { said }
  return { said, advice: 'lower DATABASE_POOL, or raise max_connections of Postgres' }
}

export async function databaseFinding(url: string): Promise<Finding> {
  const name = 'Database'
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 3_000 })
  try {
    await client.connect()
    const { rows } = await client.query<{ version: string; max: number }>(
      `select current_setting('server_version') as version, current_setting('max_connections')::int as max`,
    )
    return { name, ...connectionsFinding(rows[0]!.version, rows[0]!.max) }
  } catch (error) {
    const advice = 'check DATABASE_URL, or logs/postgres.log when it is the embedded one'
    return { name, said: (error as Error).message, advice }
  } finally {
    await client.end().catch(() => {})
  }
}

/** What the login of the running product has beyond the roles that it may become; each is a way past row-level security or to the schema. */
const excess = `
  select 'is a superuser' as what from pg_roles where rolname = current_user and rolsuper
  union all select 'passes by row-level security' from pg_roles where rolname = current_user and rolbypassrls and not rolsuper
  union all select 'may create roles' from pg_roles where rolname = current_user and rolcreaterole and not rolsuper
  union all select 'owns the tables' from pg_roles where rolname = current_user
    and exists (select 1 from pg_class where relowner = pg_roles.oid and relkind in ('r', 'p'))
  union all select 'inherits ' || roleid::regrole from pg_auth_members
    where member = current_user::regrole and inherit_option and roleid::regrole::text like 'postaura%'`

/** Whether the running product's login can do more than become the roles of the units of work. */
export async function loginFinding(url: string): Promise<Finding | undefined> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 3_000 })
  try {
    await client.connect()
    const { rows } = await client.query<{ what: string }>(excess)
    const name = 'Database login'
    if (rows.length === 0) return { name, said: 'owns nothing and inherits nothing' }
    const advice =
      'give the running product a login of its own in DATABASE_URL, and let MIGRATION_DATABASE_URL name the one that owns the database'
    return { name, said: `${client.user} ${rows.map((r) => r.what).join(', ')}`, advice }
  } catch {
    // That it cannot be reached is said by another finding.
    return undefined
  } finally {
    await client.end().catch(() => {})
  }
}

export function temporalFinding(address: string): Promise<Finding> {
  const [host, port] = address.split(':')
  return new Promise((resolve) => {
    const socket = connect({ host, port: Number(port ?? 7233), timeout: 3_000 })
    const done = (said: string, advice?: string): void => {
      socket.destroy()
      resolve({ name: `Temporal at ${address}`, said, advice })
    }
    socket.once('connect', () => done('accepts connections'))
    const advice = 'check TEMPORAL_ADDRESS, or logs/temporal.log when it is the embedded one'
    socket.once('timeout', () => done('no answer within 3 s', advice))
    socket.once('error', (error) => done(error.message, advice))
  })
}

/** Whether there is a database whose keys are gone: the one thing that no restart mends. */
export function keysFinding(place: Place): Finding {
  const file = place.keyFile
  if (existsSync(file)) return { name: 'Keys', said: `${file} (is it in your backup?)` }
  const hasDatabase = existsSync(join(place.postgres, 'data'))
  const said = hasDatabase ? `${file} is missing` : 'made by the first npm start'
  return { name: 'Keys', said, advice: hasDatabase ? 'put it back from your backup' : undefined }
}
