/** A Postgres and a Temporal of one's own, to be ended and started again while posts are sent. */
import { randomBytes } from 'node:crypto'
import { chmodSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { freePort } from '../../scripts/lib/ports.ts'
import { startPostgres } from '../../scripts/lib/postgres.ts'
import { end, type Mark, markOf, signal } from '../../scripts/lib/processes.ts'
import { openRunRecord } from '../../scripts/lib/run-state.ts'
import { startTemporal } from '../../scripts/lib/temporal.ts'

export interface OwnServer extends AsyncDisposable {
  /** `postgres://…` or `host:port`; the same after each start. */
  address: string
  /** Ends the server with this signal and resolves when it is gone. */
  stop(signal: NodeJS.Signals): Promise<void>
  start(): Promise<void>
}

interface Kind {
  name: string
  address: string
  start(folder: string, spawned: (pid: number | undefined) => void): Promise<unknown>
}

/** Started on a folder that a later run of the tests sweeps, should this one be killed. */
async function open({ name, address, start }: Kind): Promise<OwnServer> {
  const folder = mkdtempSync(join(tmpdir(), 'postaura-test-'))
  chmodSync(folder, 0o711)
  const record = openRunRecord(folder)
  let mark: Mark = markOf(name, 0)
  const server: OwnServer = {
    address,
    start: async () => void (await start(folder, (pid) => (mark = record.add(name, pid)))),
    async stop(how) {
      signal(mark.pid, how)
      await end(mark, how)
    },
    async [Symbol.asyncDispose]() {
      await end(mark, name === 'postgres' ? 'SIGINT' : 'SIGTERM', 2_000)
      rmSync(folder, { recursive: true, force: true })
    },
  }
  await server.start()
  return server
}

/** A Postgres that keeps what it has promised, as in the product: a crash loses nothing that was committed. */
export async function ownPostgres(): Promise<OwnServer> {
  const port = await freePort()
  const password = randomBytes(16).toString('hex')
  return open({
    name: 'postgres',
    address: `postgres://postaura:${password}@127.0.0.1:${port}/postaura`,
    start: (folder, spawned) =>
      startPostgres({
        ...{ home: join(folder, 'postgres'), log: join(folder, 'postgres.log'), port, spawned },
        ...{ password, adminPassword: password, env: { POSTAURA_DATA: folder } },
      }),
  })
}

/** Temporal's dev server on a database file, as `npm start` runs it. */
export async function ownTemporal(binary: string): Promise<OwnServer> {
  const [port, uiPort] = [await freePort(), await freePort()]
  return open({
    name: 'temporal',
    address: `127.0.0.1:${port}`,
    start: (folder, spawned) =>
      startTemporal({
        ...{ binary, port, uiPort, namespace: 'postaura', spawned },
        ...{ log: join(folder, 'temporal.log'), database: join(folder, 'temporal.db') },
        env: { POSTAURA_DATA: folder },
      }),
  })
}
