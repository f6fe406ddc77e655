import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { closeSync, openSync } from 'node:fs'
import { connect } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { promisify } from 'node:util'
import { lastLines } from './postgres.ts'
import { Failure } from './say.ts'

const run = promisify(execFile)

export interface TemporalOptions {
  binary: string
  port: number
  uiPort: number
  namespace: string
  /** File that gets the server's output. */
  log: string
  /** SQLite file that keeps workflows over restarts; without it they are gone with the process. */
  database?: string
  env?: NodeJS.ProcessEnv
  /** Without its search attributes. */
  bare?: boolean
  /** Told the pid of the server as soon as there is one. */
  spawned?: (pid: number | undefined) => void
}

/** What workflows are found by in Temporal's UI. Ids only. */
export const searchAttributes: Record<string, 'Keyword' | 'KeywordList'> = {
  WorkspaceId: 'Keyword',
  CampaignId: 'Keyword',
  PostId: 'Keyword',
  Network: 'KeywordList',
}

/** Fairness between workspaces needs one partition per queue; the version check would call out. */
const dynamicConfig = [
  'frontend.enableServerVersionCheck=false',
  'matching.enableFairness=true',
  'matching.numTaskqueueReadPartitions=1',
  'matching.numTaskqueueWritePartitions=1',
]

function argumentsOf(options: TemporalOptions): string[] {
  const args = ['server', 'start-dev', '--namespace', options.namespace]
  args.push('--port', String(options.port), '--ui-port', String(options.uiPort))
  args.push('--ip', '127.0.0.1', '--ui-ip', '127.0.0.1', '--ui-disable-news-fetch')
  args.push('--log-level', 'warn', '--log-format', 'json')
  args.push('--sqlite-pragma', 'journal_mode=WAL', '--sqlite-pragma', 'synchronous=NORMAL')
  if (options.database) args.push('--db-filename', options.database)
  for (const setting of dynamicConfig) args.push('--dynamic-config-value', setting)
  for (const [name, type] of options.bare ? [] : Object.entries(searchAttributes)) {
    args.push('--search-attribute', `${name}=${type}`)
  }
  return args
}

const accepts = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect({ port, host: '127.0.0.1' })
    socket.once('connect', () => socket.destroy().once('close', () => resolve(true)))
    socket.once('error', () => resolve(false))
  })

async function accepting(child: ChildProcess, options: TemporalOptions): Promise<void> {
  const until = performance.now() + 60_000
  while (performance.now() < until) {
    if (child.exitCode !== null || child.signalCode !== null) break
    if (await accepts(options.port)) return
    await sleep(25)
  }
  throw new Failure(
    `Temporal's dev server did not start:\n${lastLines(options.log)}`,
    `read ${options.log}; or set TEMPORAL_ADDRESS to use a server of your own`,
  )
}

/** Histories are kept for a week instead of the dev server's day. The namespace may need a moment after the port opens. */
async function keepHistoriesForAWeek(options: TemporalOptions): Promise<void> {
  const update = ['operator', 'namespace', 'update', '-n', options.namespace, '--retention', '7d']
  const address = ['--address', `127.0.0.1:${options.port}`]
  for (let attempt = 1; ; attempt++) {
    try {
      await run(options.binary, [...update, ...address], { env: { PATH: process.env.PATH } })
      return
    } catch (error) {
      if (attempt === 40) throw error
      await sleep(50)
    }
  }
}

/** Starts Temporal's dev server with its UI on 127.0.0.1 and resolves when its namespace can be used. */
export async function startTemporal(options: TemporalOptions): Promise<ChildProcess> {
  const log = openSync(options.log, 'a')
  const child = spawn(options.binary, argumentsOf(options), {
    env: { ...options.env, PATH: process.env.PATH, HOME: process.env.HOME },
    stdio: ['ignore', log, log],
    detached: true,
  })
  closeSync(log)
  // A binary that cannot be run shows up as a child that ended.
  child.once('error', () => {})
  options.spawned?.(child.pid)
  await accepting(child, options)
  await keepHistoriesForAWeek(options)
  return child
}
