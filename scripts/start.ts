import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { temporalCli } from './lib/binaries.ts'
import { ensureBundle } from './lib/bundle.ts'
import { choosePorts } from './lib/chosen-ports.ts'
import { ensureBinary } from './lib/fetch-binary.ts'
import { hostingOf } from './lib/hosting.ts'
import { turnLogs } from './lib/logs.ts'
import { dataFolder, loadEnvironmentFile } from './lib/paths.ts'
import { openPlace, type Place } from './lib/place.ts'
import { endLeftovers, livingOwner, openRunRecord, type RunRecord } from './lib/run-state.ts'
import { explain, Failure, openVoice, type Voice } from './lib/say.ts'
import { ensureSecrets } from './lib/secrets.ts'
import * as stackOf from './lib/stack.ts'
import { readyOf, summaryOf } from './lib/summary.ts'
import { openSupervisor, type Supervisor } from './lib/supervise.ts'
import { ensureWeb } from './lib/web.ts'

const usage = 'npm start -- [--data DIR] [--port N] [--demo] [--json]'
const stopOrder = [['worker', 'api'], ['temporal'], ['postgres']]

function readArguments() {
  try {
    const { values } = parseArgs({
      options: {
        json: { type: 'boolean', default: false },
        demo: { type: 'boolean', default: false },
        port: { type: 'string' },
        data: { type: 'string' },
      },
    })
    const port = values.port ?? process.env.PORT
    if (port !== undefined && !(/^\d+$/.test(port) && Number(port) < 65_536)) {
      throw new Error(`${port} is not a port`)
    }
    return { ...values, port: port === undefined ? undefined : Number(port) }
  } catch (error) {
    throw new Failure((error as Error).message, usage)
  }
}

type Arguments = ReturnType<typeof readArguments>

function hosting() {
  const found = hostingOf(process.env)
  if (found.problems.length === 0) return found
  throw new Failure(
    `HOST=${found.host} would let others reach PostAura, and that needs first:\n  - ${found.problems.join('\n  - ')}`,
    'set these, or leave HOST away to stay on this machine',
  )
}

function refuseWhenRunning(data: string): void {
  const running = livingOwner(data)
  if (!running) return
  throw new Failure(
    `PostAura already runs on ${data} (process ${running.owner.pid}${running.url ? `, ${running.url}` : ''})`,
    'open that address, stop it with Ctrl-C where it runs, or start a second one with --data DIR --port 0',
  )
}

/** Keys of an existing database must not be made anew: what they sealed would be lost. */
function secretsOf(place: Place, voice: Voice) {
  const hasDatabase = existsSync(join(place.postgres, 'data'))
  if (hasDatabase && !existsSync(place.keyFile)) {
    throw new Failure(
      `${place.keyFile} is missing, but there is a database that was made with it`,
      'put the file back from your backup; or, to begin anew without that data, delete the data folder',
    )
  }
  const { secrets, made } = ensureSecrets(place.keyFile)
  if (made) voice.line(`✓ Keys made once: back up ${place.keyFile}`)
  return secrets
}

async function prepare(args: Arguments, voice: Voice) {
  const { host, beyondLoopback } = hosting()
  const { DATABASE_URL: databaseUrl, TEMPORAL_ADDRESS: temporalAddress } = process.env
  const { MIGRATION_DATABASE_URL: migrationUrl } = process.env
  const place = openPlace(dataFolder(args.data), !databaseUrl)
  refuseWhenRunning(place.data)
  const ended = await endLeftovers(place.data)
  if (ended.length > 0) voice.line(`✓ Ended what an unclean stop had left: ${ended.join(', ')}`)
  const record = openRunRecord(place.data)
  turnLogs(place.logs, new Date())
  const secrets = secretsOf(place, voice)
  const ports = await choosePorts(place.data, args.port, host, voice.line)
  const publicUrl = (process.env.PUBLIC_URL || `http://localhost:${ports.web}`).replace(/\/$/, '')
  const stack: stackOf.Stack = {
    place,
    ports,
    secrets,
    host,
    publicUrl,
    beyondLoopback,
    demo: args.demo,
    databaseUrl: databaseUrl || undefined,
    temporalAddress: temporalAddress || undefined,
    migrationUrl: migrationUrl || undefined,
  }
  return { stack, record }
}

async function openDatabase(stack: stackOf.Stack, supervisor: Supervisor, voice: Voice) {
  if (stack.databaseUrl) voice.line('✓ Postgres: the one of DATABASE_URL')
  else {
    await voice.step('Postgres', async (note) => {
      await supervisor.run(stackOf.postgresService(stack))
      note(`127.0.0.1:${stack.ports.postgres}`)
    })
  }
  await voice.step('Database schema', () => stackOf.migrate(stack))
}

async function openTemporal(stack: stackOf.Stack, supervisor: Supervisor, voice: Voice) {
  if (stack.temporalAddress) return voice.line('✓ Temporal: the one of TEMPORAL_ADDRESS')
  const binary = await voice.step('Temporal binary', (note) => ensureBinary(temporalCli, note))
  await voice.step('Temporal', async (note) => {
    await supervisor.run(stackOf.temporalService(stack, binary))
    note(`127.0.0.1:${stack.ports.temporal}`)
  })
}

const build = (title: string, voice: Voice, work: () => Promise<boolean>): Promise<boolean> =>
  voice.step(title, async (note) => {
    const made = await work()
    note(made ? 'built' : 'unchanged')
    return made
  })

async function openEverything(stack: stackOf.Stack, supervisor: Supervisor, voice: Voice) {
  // Side by side, because each waits for something else; the first failure ends the start.
  await Promise.all([
    openDatabase(stack, supervisor, voice),
    openTemporal(stack, supervisor, voice),
    build('Workflows', voice, ensureBundle),
    build('Dashboard', voice, ensureWeb),
  ])
  await Promise.all([
    supervisor.run(stackOf.apiService(stack)),
    supervisor.run(stackOf.workerService(stack)),
  ])
}

/** Stops once, on a signal or when whoever started us is gone, and tells the rest of the start. */
function stopOnRequest(supervisor: Supervisor, record: RunRecord, voice: Voice) {
  let stopping: Promise<void> | undefined
  const stop = (why: string, code: number): Promise<void> => {
    stopping ??= (async () => {
      voice.line(`… Stopping (${why})`)
      await supervisor.stop(stopOrder)
      record.clear()
      voice.line('✓ Stopped')
      process.exit(code)
    })()
    return stopping
  }
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(signal, () => void stop(signal === 'SIGINT' ? 'Ctrl-C' : signal, 0))
  }
  const parent = Number(process.env.POSTAURA_PARENT)
  if (process.ppid === parent) {
    setInterval(() => process.ppid !== parent && void stop('its parent is gone', 1), 1_000).unref()
  }
  return { stop, isStopping: () => stopping !== undefined }
}

async function main(): Promise<void> {
  // What is written from here on is for this user alone.
  process.umask(0o077)
  loadEnvironmentFile()
  const args = readArguments()
  const voice = openVoice(args.json)
  const { stack, record } = await prepare(args, voice)
  const supervisor = openSupervisor(record, voice.line)
  const { stop, isStopping } = stopOnRequest(supervisor, record, voice)
  try {
    await openEverything(stack, supervisor, voice)
    await voice.step('API and worker', () => stackOf.ready(stack, isStopping))
  } catch (error) {
    if (!isStopping()) explain(error)
    return stop('the start failed', 1)
  }
  if (isStopping()) return
  const ready = readyOf(stack, Number(process.env.POSTAURA_STARTED_AT) || Date.now())
  record.setUrl(ready.url)
  setInterval(() => turnLogs(stack.place.logs, new Date()), 600_000)
  voice.line(summaryOf(stack, ready))
  if (args.json) process.stdout.write(`${JSON.stringify(ready)}\n`)
}

main().catch((error) => {
  explain(error)
  process.exit(1)
})
