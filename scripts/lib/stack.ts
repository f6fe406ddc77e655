import { type ChildProcess, spawn } from 'node:child_process'
import { closeSync, openSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Ports } from './chosen-ports.ts'
import { inRoot, root } from './paths.ts'
import type { Place } from './place.ts'
import { lastLines, ownerUrl, type PostgresOptions, runtimeUrl, startPostgres } from './postgres.ts'
import { Failure } from './say.ts'
import type { Secrets } from './secrets.ts'
import type { Service } from './supervise.ts'
import { startTemporal } from './temporal.ts'

/** Everything that start has found out and decided before it starts processes. */
export interface Stack {
  place: Place
  ports: Ports
  secrets: Secrets
  host: string
  publicUrl: string
  beyondLoopback: boolean
  demo: boolean
  /** DATABASE_URL and TEMPORAL_ADDRESS of the person, which switch the embedded part off. */
  databaseUrl?: string
  /** MIGRATION_DATABASE_URL of the person; absent: DATABASE_URL migrates too. */
  migrationUrl?: string
  temporalAddress?: string
}

export const namespace = (): string => process.env.TEMPORAL_NAMESPACE || 'postaura'

const logOf = (stack: Stack, name: string): string => join(stack.place.logs, `${name}.log`)

const postgresOptions = (stack: Stack): PostgresOptions => ({
  home: stack.place.postgres,
  port: stack.ports.postgres,
  adminPassword: stack.secrets.POSTGRES_ADMIN_PASSWORD,
  password: stack.secrets.POSTGRES_PASSWORD,
  runtimePassword: stack.secrets.POSTGRES_RUNTIME_PASSWORD,
  log: logOf(stack, 'postgres'),
  env: { POSTAURA_DATA: stack.place.data },
})

export const postgresService = (stack: Stack): Service => ({
  name: 'postgres',
  start: async (spawned) => (await startPostgres({ ...postgresOptions(stack), spawned })).child,
})

export const temporalService = (stack: Stack, binary: string): Service => ({
  name: 'temporal',
  start: (spawned) =>
    startTemporal({
      binary,
      spawned,
      port: stack.ports.temporal,
      uiPort: stack.ports.temporalUi,
      namespace: namespace(),
      database: stack.place.temporalFile,
      log: logOf(stack, 'temporal'),
      env: { POSTAURA_DATA: stack.place.data },
    }),
})

const localHost = (host: string): string =>
  host === '0.0.0.0' || host === '::' ? '127.0.0.1' : host

/** Where this machine reaches the API, whatever its public address is. */
export const localUrl = (stack: Stack): string =>
  `http://${localHost(stack.host)}:${stack.ports.web}`

export const temporalUiUrl = (stack: Stack): string | undefined =>
  process.env.TEMPORAL_UI_URL ||
  (stack.temporalAddress ? undefined : `http://127.0.0.1:${stack.ports.temporalUi}`)

/** What npm and a watching Node put into the environment; the second crashes Temporal's worker. And the owner's login is for migrations. */
const isForeign = (name: string): boolean =>
  name.startsWith('npm_') ||
  name === 'WATCH_REPORT_DEPENDENCIES' ||
  name === 'MIGRATION_DATABASE_URL'

/** The environment of api and worker: the person's own, and what start knows better. */
export function childEnvironment(stack: Stack): NodeJS.ProcessEnv {
  const inherited = Object.entries(process.env).filter(([name]) => !isForeign(name))
  return {
    ...Object.fromEntries(inherited),
    NODE_ENV: process.env.NODE_ENV ?? 'production',
    POSTAURA_DATA: stack.place.data,
    HOST: stack.host,
    PORT: String(stack.ports.web),
    PUBLIC_URL: stack.publicUrl,
    DATABASE_URL: stack.databaseUrl ?? runtimeUrl(postgresOptions(stack)),
    TEMPORAL_ADDRESS: stack.temporalAddress ?? `127.0.0.1:${stack.ports.temporal}`,
    TEMPORAL_NAMESPACE: namespace(),
    TEMPORAL_UI_URL: temporalUiUrl(stack),
    DATA_DIR: stack.place.data,
    FERNET_KEYS: process.env.FERNET_KEYS ?? stack.secrets.FERNET_KEYS,
    ROTATION_KEY: process.env.ROTATION_KEY ?? stack.secrets.ROTATION_KEY,
    ...(stack.beyondLoopback ? { SETUP_TOKEN: setupToken(stack) } : {}),
    ...(stack.demo ? { POSTAURA_DEMO: '1' } : {}),
  }
}

export const setupToken = (stack: Stack): string =>
  process.env.SETUP_TOKEN ?? stack.secrets.SETUP_TOKEN

/** Migrations alone have the login that owns the schema. */
function migrationEnvironment(stack: Stack): NodeJS.ProcessEnv {
  const owner = stack.databaseUrl ? stack.migrationUrl : ownerUrl(postgresOptions(stack))
  return { ...childEnvironment(stack), ...(owner ? { MIGRATION_DATABASE_URL: owner } : {}) }
}

/** V8 would let the young generation grow to 48 MB a process, most of it empty between requests. */
const nodeFlags = ['--max-semi-space-size=4']

/**
 * What Node made of our TypeScript is kept, so that the next start needs neither the time nor the compiler's memory; and the C library keeps
 * freed memory in two places instead of eight a core.
 */
const nodeEnvironment = {
  NODE_COMPILE_CACHE: inRoot('build', 'compile-cache'),
  MALLOC_ARENA_MAX: '2',
}

function spawnNode(
  stack: Stack,
  name: string,
  script: string,
  env = childEnvironment(stack),
): ChildProcess {
  const log = openSync(logOf(stack, name), 'a')
  const child = spawn(process.execPath, [...nodeFlags, inRoot(script)], {
    cwd: root,
    env: { ...nodeEnvironment, ...env },
    stdio: ['ignore', log, log],
    // A group of its own, so that Ctrl-C reaches start alone, which then stops all in order.
    detached: true,
  })
  closeSync(log)
  return child
}

const nodeService = (stack: Stack, name: string, script: string, patience: number): Service => ({
  name,
  patience,
  start: async (spawned) => {
    const child = spawnNode(stack, name, script)
    spawned(child.pid)
    return child
  },
})

export const apiService = (stack: Stack): Service =>
  nodeService(stack, 'api', 'api/main.ts', 10_000)

/** The worker may take longer to stop: what is being sent is sent to its end. */
export const workerService = (stack: Stack): Service =>
  nodeService(stack, 'worker', 'activities/worker.ts', 30_000)

export async function migrate(stack: Stack): Promise<void> {
  const child = spawnNode(stack, 'migrations', 'migrations/run.ts', migrationEnvironment(stack))
  const code = await new Promise((resolve) => child.once('exit', resolve))
  if (code === 0) return
  const log = logOf(stack, 'migrations')
  throw new Failure(
    `The database could not be brought up to date:\n${lastLines(log)}`,
    stack.databaseUrl
      ? `check DATABASE_URL, and MIGRATION_DATABASE_URL where there are two logins: the second must own the database and may create roles; the whole message is in ${log}`
      : `read ${log}`,
  )
}

/** What /readyz says; undefined: ready. */
async function lacking(url: string): Promise<string | undefined> {
  try {
    const answer = await fetch(`${url}/readyz`, { signal: AbortSignal.timeout(5_000) })
    return answer.ok ? undefined : `${answer.status} ${(await answer.text()).slice(0, 200)}`
  } catch (error) {
    return error instanceof Error ? `${error.name}: ${error.message}` : 'no answer'
  }
}

/** Resolves when /readyz says yes: database, Temporal and worker are there. */
export async function ready(stack: Stack, stopped: () => boolean, limit = 60_000): Promise<void> {
  const until = performance.now() + limit
  let said: string | undefined
  while (performance.now() < until && !stopped()) {
    said = await lacking(localUrl(stack))
    if (said === undefined) return
    await sleep(50)
  }
  if (stopped()) return
  const logs = ['api', 'worker'].map((name) => `${name}:\n${lastLines(logOf(stack, name), 6)}`)
  throw new Failure(
    `PostAura did not become ready within ${limit / 1000} s; last it said: ${said}\n${logs.join('\n')}`,
    `read the logs in ${stack.place.logs}`,
  )
}
