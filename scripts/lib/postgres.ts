import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import {
  existsSync,
  mkdirSync,
  openSync,
  readFileSync,
  closeSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import pg from 'pg'
import { giveTo, postgresBinaries, unprivilegedUser, type User } from './postgres-binaries.ts'
import { Failure } from './say.ts'

export interface PostgresOptions {
  /** Folder of the cluster (`<home>/data`) and, where needed, of a copy of the binaries. */
  home: string
  port: number
  adminPassword: string
  /** Password of the login `postaura`, which owns the database and migrates it. */
  password: string
  /** Password of the login `postaura_run`, which the running product has: it owns nothing. */
  runtimePassword: string
  /** File that gets the server's output. */
  log: string
  /** Put into the child's environment, so that a later start can tell whose it was. */
  env?: NodeJS.ProcessEnv
  /** Tests only: nothing is synced to disk. */
  volatile?: boolean
  /** Told the pid of the server as soon as there is one. */
  spawned?: (pid: number | undefined) => void
}

interface Place {
  native: string
  data: string
  user: User | undefined
}

const adminUrl = (options: PostgresOptions): string =>
  `postgres://postgres:${options.adminPassword}@127.0.0.1:${options.port}/postgres`

type Login = 'postaura' | 'postaura_run'
type Logins = Pick<PostgresOptions, 'port' | 'password' | 'runtimePassword'>

const urlOf = (login: Login, password: string, port: number): string =>
  `postgres://${login}:${password}@127.0.0.1:${port}/postaura`

/** The embedded server's URL for migrations: the login owns its database, and is no superuser. */
export const ownerUrl = (options: Logins): string =>
  urlOf('postaura', options.password, options.port)

/** The embedded server's URL for the running product: the login may become the roles of the units of work, and has nothing else. */
export const runtimeUrl = (options: Logins): string =>
  urlOf('postaura_run', options.runtimePassword, options.port)

const libraryPath = (native: string): NodeJS.ProcessEnv => ({
  [process.platform === 'darwin' ? 'DYLD_LIBRARY_PATH' : 'LD_LIBRARY_PATH']: join(native, 'lib'),
  LC_ALL: 'C',
  PATH: process.env.PATH,
})

function spawnTool(
  place: Place,
  tool: string,
  args: string[],
  options: PostgresOptions,
): ChildProcess {
  const log = openSync(options.log, 'a')
  const child = spawn(join(place.native, 'bin', tool), args, {
    env: { ...options.env, ...libraryPath(place.native) },
    cwd: '/',
    stdio: ['ignore', log, log],
    detached: true,
    ...(place.user ? { uid: place.user.uid, gid: place.user.gid } : {}),
  })
  closeSync(log)
  return child
}

async function initialise(place: Place, options: PostgresOptions): Promise<void> {
  // Made under another name, so that a first start that was cut off leaves nothing that looks like a cluster.
  const half = `${place.data}.half`
  rmSync(half, { recursive: true, force: true })
  mkdirSync(half, { mode: 0o700 })
  const passwords = join(options.home, 'initdb-password')
  writeFileSync(passwords, options.adminPassword, { mode: 0o600 })
  giveTo(half, place.user)
  giveTo(passwords, place.user)
  const args = ['-D', half, '-U', 'postgres', '-A', 'scram-sha-256', '--pwfile', passwords]
  args.push('-E', 'UTF8', '--locale-provider=builtin', '--builtin-locale=C.UTF-8')
  args.push('--locale=C.UTF-8', '--data-checksums')
  if (options.volatile) args.push('--no-sync')
  const child = spawnTool(place, 'initdb', args, options)
  const [code] = (await once(child, 'exit')) as [number | null]
  rmSync(passwords, { force: true })
  if (code !== 0) throw broken('initdb failed', options)
  renameSync(half, place.data)
}

const broken = (what: string, options: PostgresOptions): Failure =>
  new Failure(
    `${what}:\n${lastLines(options.log)}`,
    `read ${options.log}; or set DATABASE_URL to use a Postgres of your own`,
  )

/** The end of a log, for a message about why its process died. */
export function lastLines(file: string, count = 12): string {
  if (!existsSync(file)) return ''
  return readFileSync(file, 'utf8').trimEnd().split('\n').slice(-count).join('\n')
}

/** Opens a connection as soon as the server takes one; fails when `child` dies before. */
async function connect(child: ChildProcess, options: PostgresOptions): Promise<pg.Client> {
  const until = performance.now() + 60_000
  while (performance.now() < until) {
    if (child.exitCode !== null || child.signalCode !== null)
      throw broken('Postgres ended', options)
    const client = new pg.Client({ connectionString: adminUrl(options) })
    try {
      await client.connect()
      return client
    } catch (error) {
      const code = (error as { code?: string }).code
      if (code === '28P01') throw wrongPassword()
      // Refused (not listening yet) or 57P03 (still recovering): both pass.
      await sleep(20)
    }
  }
  throw broken('Postgres did not take connections within 60 s', options)
}

const wrongPassword = (): Failure =>
  new Failure(
    'The embedded Postgres does not accept the password in the key file',
    'put the key file that belongs to this data folder back from your backup',
  )

/** Creates the logins and their database when they are not there. `createrole` because migrations make the narrow roles. */
async function ensureLogins(client: pg.Client, options: PostgresOptions): Promise<void> {
  await ensureLogin(client, 'postaura', `createrole`, options.password)
  await ensureLogin(client, 'postaura_run', 'noinherit', options.runtimePassword)
  const databases = await client.query(`select 1 from pg_database where datname = 'postaura'`)
  if (!databases.rowCount) await client.query('create database postaura owner postaura')
}

async function ensureLogin(client: pg.Client, name: Login, may: string, password: string) {
  const { rowCount } = await client.query('select 1 from pg_roles where rolname = $1', [name])
  if (!rowCount)
    await client.query(
      `create role ${name} login ${may} password ${client.escapeLiteral(password)}`,
    )
}

/**
 * The log tells what the server does, and nothing of what people wrote: no statement, no parameter, and no error of a statement, whose
 * message may quote a value. Such an error reaches the product, which logs its code.
 */
export const quietSettings = [
  'log_min_messages=log',
  'log_min_error_statement=panic',
  'log_error_verbosity=terse',
  'log_statement=none',
  'log_min_duration_statement=-1',
  'log_parameter_max_length=0',
  'log_parameter_max_length_on_error=0',
]
const volatileSettings = ['fsync=off', 'synchronous_commit=off', 'full_page_writes=off']

/**
 * Starts the embedded Postgres, making the cluster first when there is none, and resolves when it takes connections.
 * It listens on 127.0.0.1 alone, has no socket file, and asks every login for its password.
 */
export async function startPostgres(
  options: PostgresOptions,
): Promise<{ child: ChildProcess; adminUrl: string; ownerUrl: string; runtimeUrl: string }> {
  const user = unprivilegedUser()
  mkdirSync(options.home, { recursive: true, mode: 0o700 })
  giveTo(options.home, user)
  const place = {
    user,
    native: postgresBinaries(options.home, user),
    data: join(options.home, 'data'),
  }
  if (!existsSync(place.data)) await initialise(place, options)
  const settings = ['listen_addresses=127.0.0.1', 'unix_socket_directories=', 'max_connections=100']
  settings.push(...quietSettings)
  if (options.volatile) settings.push(...volatileSettings, 'max_connections=200')
  const args = ['-D', place.data, '-p', String(options.port)]
  const child = spawnTool(
    place,
    'postgres',
    [...args, ...settings.flatMap((s) => ['-c', s])],
    options,
  )
  options.spawned?.(child.pid)
  const client = await connect(child, options)
  try {
    await ensureLogins(client, options)
  } finally {
    await client.end()
  }
  const urls = { ownerUrl: ownerUrl(options), runtimeUrl: runtimeUrl(options) }
  return { child, adminUrl: adminUrl(options), ...urls }
}
