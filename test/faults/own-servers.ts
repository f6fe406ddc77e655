/** A Postgres and a Temporal of one's own, to be ended and started again while posts are sent. */
import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import { freePort } from '../../scripts/lib/ports.ts'
import { startPostgres } from '../../scripts/lib/postgres.ts'
import { end, type Mark, markOf, signal } from '../../scripts/lib/processes.ts'
import { startTemporal } from '../../scripts/lib/temporal.ts'
import { sweptFolder, type SweptFolder } from '../support/swept-folder.ts'

export interface OwnServer extends AsyncDisposable {
  /** `postgres://…` for the running product, or `host:port`; the same after each start. */
  address: string
  /** Ends the server with this signal and resolves when it is gone. */
  stop(signal: NodeJS.Signals): Promise<void>
  start(): Promise<void>
}

interface Kind {
  name: string
  address: string
  start(folder: SweptFolder, spawned: (pid: number | undefined) => void): Promise<unknown>
}

async function open({ name, address, start }: Kind): Promise<OwnServer> {
  const folder = sweptFolder()
  let mark: Mark = markOf(name, 0)
  const server: OwnServer = {
    address,
    start: async () => void (await start(folder, (pid) => (mark = folder.add(name, pid)))),
    async stop(how) {
      signal(mark.pid, how)
      await end(mark, how)
    },
    async [Symbol.asyncDispose]() {
      await end(mark, name === 'postgres' ? 'SIGINT' : 'SIGTERM', 2_000)
      folder.remove()
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
    address: `postgres://postaura_run:${password}@127.0.0.1:${port}/postaura`,
    start: ({ path, env }, spawned) =>
      startPostgres({
        home: join(path, 'postgres'),
        log: join(path, 'postgres.log'),
        port,
        spawned,
        password,
        adminPassword: password,
        runtimePassword: password,
        env,
      }),
  })
}

/** Temporal's dev server on a database file, as `npm start` runs it; `bare`: without what we rely on. */
export async function ownTemporal(binary: string, bare = false): Promise<OwnServer> {
  const [port, uiPort] = [await freePort(), await freePort()]
  return open({
    name: 'temporal',
    address: `127.0.0.1:${port}`,
    start: ({ path, env }, spawned) =>
      startTemporal({
        binary,
        bare,
        port,
        uiPort,
        namespace: 'postaura',
        spawned,
        log: join(path, 'temporal.log'),
        database: join(path, 'temporal.db'),
        env,
      }),
  })
}
