/**
 * Vitest's global set-up: one real Postgres and one real Temporal dev server for a whole run, on free ports, gone at its
 * end. Test files reach them through `inject` and `createDatabase()`.
 */
import { execFile } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { chmodSync, existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import pg from 'pg'
import type { TestProject } from 'vitest/node'
import { type Binary, temporalCli, temporalTestServer } from '../../scripts/lib/binaries.ts'
import { bundleFile, ensureBundle } from '../../scripts/lib/bundle.ts'
import { ensureBinary } from '../../scripts/lib/fetch-binary.ts'
import type { DatabaseUrls } from '../../core/platform/config.ts'
import { inRoot } from '../../scripts/lib/paths.ts'
import { freePort } from '../../scripts/lib/ports.ts'
import { startPostgres } from '../../scripts/lib/postgres.ts'
import { end, type Mark } from '../../scripts/lib/processes.ts'
import {
  endLeftovers,
  livingOwner,
  openRunRecord,
  politeSignal,
  readRunState,
} from '../../scripts/lib/run-state.ts'
import { freshSecrets } from '../../scripts/lib/secrets.ts'
import { startTemporal } from '../../scripts/lib/temporal.ts'

declare module 'vitest' {
  interface ProvidedContext {
    /** A superuser on the run's Postgres: for making databases, and for twins that bypass row-level security. */
    postgresAdminUrl: string
    /** File that gets the output of the run's Postgres. */
    postgresLog: string
    /** Name of the migrated database that `createDatabase()` copies. */
    postgresTemplate: string
    /** `host:port` of the run's Temporal dev server; empty when there is none. */
    temporalAddress: string
    /** Executable of the time-skipping test server; empty when it could not be had. */
    temporalTestServer: string
    /** Executable of Temporal's CLI; empty when it could not be had. */
    temporalCli: string
    /** Prebuilt workflow bundle; empty while there are no workflows. */
    workflowBundle: string
  }
}

const run = promisify(execFile)
type Keep = (name: string, pid: number | undefined) => void
const prefix = 'postaura-test-'
const template = 'postaura_template'

/** Values that `core/platform/config.ts` needs besides the addresses; made anew for every run. */
function migrationEnvironment(urls: DatabaseUrls, folder: string): NodeJS.ProcessEnv {
  const { FERNET_KEYS, ROTATION_KEY } = freshSecrets()
  return {
    PATH: process.env.PATH,
    NODE_ENV: 'test',
    DATABASE_URL: urls.runtime,
    MIGRATION_DATABASE_URL: urls.owner,
    DATA_DIR: folder,
    FERNET_KEYS,
    ROTATION_KEY,
  }
}

/** Brings the template database to the newest schema; every test file then gets a copy of it. */
async function migrateTemplate(urls: DatabaseUrls, folder: string): Promise<void> {
  const script = inRoot('migrations', 'run.ts')
  if (!existsSync(script)) return
  try {
    await run(process.execPath, [script], { env: migrationEnvironment(urls, folder) })
  } catch (error) {
    const { stdout, stderr } = error as { stdout: string; stderr: string }
    throw new Error(`migrations failed:\n${stdout}${stderr}`, { cause: error })
  }
}

const postgresLog = (folder: string): string => join(folder, 'postgres.log')

async function openPostgres(folder: string, keep: Keep): Promise<string> {
  const password = randomBytes(16).toString('hex')
  const { adminUrl, ownerUrl, runtimeUrl } = await startPostgres({
    home: join(folder, 'postgres'),
    port: await freePort(),
    adminPassword: password,
    password,
    runtimePassword: password,
    log: postgresLog(folder),
    env: { POSTAURA_DATA: folder },
    volatile: true,
    spawned: (pid) => keep('postgres', pid),
  })
  const admin = new pg.Client({ connectionString: adminUrl })
  await admin.connect()
  await admin.query(`create database ${template} owner postaura`)
  await admin.end()
  const [owner, runtime] = [ownerUrl, runtimeUrl].map((url) => url.replace(/postaura$/, template))
  await migrateTemplate({ owner: owner!, runtime: runtime! }, folder)
  return adminUrl
}

async function openTemporal(folder: string, binary: string, keep: Keep): Promise<string> {
  if (!binary) return ''
  const port = await freePort()
  await startTemporal({
    binary,
    port,
    uiPort: await freePort(),
    namespace: 'postaura',
    log: join(folder, 'temporal.log'),
    env: { POSTAURA_DATA: folder },
    spawned: (pid) => keep('temporal', pid),
  })
  return `127.0.0.1:${port}`
}

/** Without the binary the tests that need it are skipped aloud, the others run. */
async function binaryOrNone(binary: Binary): Promise<string> {
  try {
    return await ensureBinary(binary)
  } catch (error) {
    console.error(`no ${binary.name}: ${(error as Error).message}`)
    return ''
  }
}

/** A run that was killed could not end its servers: the next one does. */
async function sweep(): Promise<void> {
  for (const name of readdirSync(tmpdir()).filter((entry) => entry.startsWith(prefix))) {
    const folder = join(tmpdir(), name)
    if (!readRunState(folder) || livingOwner(folder)) continue
    await endLeftovers(folder)
    rmSync(folder, { recursive: true, force: true })
  }
}

async function openServers(project: TestProject, folder: string, keep: Keep): Promise<void> {
  const cli = await binaryOrNone(temporalCli)
  const [adminUrl, address, testServer] = await Promise.all([
    openPostgres(folder, keep),
    openTemporal(folder, cli, keep),
    binaryOrNone(temporalTestServer),
    ensureBundle(),
  ])
  project.provide('postgresAdminUrl', adminUrl)
  project.provide('postgresLog', postgresLog(folder))
  project.provide('postgresTemplate', template)
  project.provide('temporalAddress', address)
  project.provide('temporalTestServer', testServer)
  project.provide('temporalCli', cli)
  project.provide('workflowBundle', existsSync(bundleFile) ? bundleFile : '')
}

export async function setup(project: TestProject): Promise<() => Promise<void>> {
  await sweep()
  const folder = mkdtempSync(join(tmpdir(), prefix))
  // Postgres may run as another user than we do, and has to walk through.
  chmodSync(folder, 0o711)
  const record = openRunRecord(folder)
  const marks: Mark[] = []
  const close = async (): Promise<void> => {
    await Promise.all(marks.map((mark) => end(mark, politeSignal(mark.name), 2_000)))
    rmSync(folder, { recursive: true, force: true })
  }
  try {
    await openServers(project, folder, (name, pid) => marks.push(record.add(name, pid)))
  } catch (error) {
    await close()
    throw error
  }
  return close
}
