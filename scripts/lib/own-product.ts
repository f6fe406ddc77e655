/** A product of one's own in child processes, started as people start it: for benches and pictures. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { createClient, fetchTransport, type Client } from '#contract/client.ts'
import { keptPorts } from './chosen-ports.ts'
import { inRoot } from './paths.ts'
import { placeOf } from './place.ts'
import { readSecrets } from './secrets.ts'
import type { Ready } from './summary.ts'

export interface OwnProduct extends AsyncDisposable {
  url: string
  /** The first process; all others descend from it. */
  pid: number
  /** Milliseconds from the command until the pages could be used. */
  tookMs: number
  data: string
  ready: Ready
}

export interface OwnOptions {
  data: string
  /** Another checkout than this one. */
  checkout?: string
  demo?: boolean
  env?: NodeJS.ProcessEnv
}

/** Starts it and waits until it is ready; leaving its scope stops it. */
export async function startOwn(options: OwnOptions): Promise<OwnProduct> {
  const { data, checkout = inRoot(), demo = false, env = process.env } = options
  const args = [join(checkout, 'scripts', 'bootstrap.mjs'), 'start', '--data', data]
  args.push('--port', '0', '--json', ...(demo ? ['--demo'] : []))
  const since = performance.now()
  const child = spawn(process.execPath, args, {
    cwd: checkout,
    env,
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const gone = once(child, 'exit')
  const line = await Promise.race([
    once(createInterface(child.stdout), 'line').then(([text]) => String(text)),
    gone.then(() => undefined),
  ])
  if (line === undefined) throw new Error('the product did not start')
  const ready = JSON.parse(line) as Ready
  return {
    url: ready.url,
    pid: child.pid!,
    tookMs: performance.now() - since,
    data,
    ready,
    async [Symbol.asyncDispose]() {
      child.kill('SIGTERM')
      await gone
    },
  }
}

/** Deletes what it left, wherever its Postgres had to live. */
export function discard(data: string): void {
  for (const folder of [placeOf(data).postgres, data])
    rmSync(folder, { recursive: true, force: true })
}

/** A superuser's URL for its embedded Postgres: to fill it faster than the product would. */
export function adminUrlOf(data: string): string {
  const { POSTGRES_ADMIN_PASSWORD } = readSecrets(placeOf(data).keyFile)
  return `postgres://postgres:${POSTGRES_ADMIN_PASSWORD}@127.0.0.1:${keptPorts(data).postgres}/postaura`
}

export const owner = { email: 'ada@example.org', password: 'four words in a row' }

export const clientOf = (url: string, token: string): Client =>
  createClient(fetchTransport(url, { headers: { authorization: `Bearer ${token}` } }))

/** The first account, with a workspace. */
export async function registerOwner(url: string): Promise<{ api: Client; workspaceId: string }> {
  const body = {
    ...owner,
    name: 'Ada Example',
    sixteenOrOlder: true as const,
    workspaceName: 'Ada',
    timeZone: 'Europe/Berlin',
    asTokens: true,
  }
  const { me, tokens } = await createClient(fetchTransport(url)).register({ body })
  return { api: clientOf(url, tokens!.accessToken), workspaceId: me.workspaces[0]!.id }
}
