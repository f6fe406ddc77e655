/**
 * The only way to the database. `tx` opens a short unit of work: it switches to a role that row-level security binds, and says for whom.
 * A query outside one throws, and so does a unit of work inside another. A process opens at most `poolMax` connections for these, one that
 * listens and one for all its locks.
 */
import { AsyncLocalStorage } from 'node:async_hooks'
import pg from 'pg'
import { QueryTypes, Sequelize, type Transaction } from 'sequelize'
import { createLocks, type Locks } from './locks.ts'
import { clientClass, lastingClient, silenceMs } from './postgres.ts'

export interface Scope {
  /** The tenant whose rows are seen. */
  workspace?: string
  /** The person whose own rows are seen. */
  person?: string
  /** Owner of idempotency keys. */
  actor?: string
  /** `jobs` may walk over all tenants, seeing ids and states alone. */
  role?: 'app' | 'jobs'
}

interface Work {
  transaction: Transaction
}

export interface Database {
  tx<T>(scope: Scope, fn: () => Promise<T>): Promise<T>
  /** Calls `fn` with the payload of every NOTIFY on a channel, until the returned function is called. */
  listen(channel: string, fn: (payload: string) => void): Promise<() => Promise<void>>
  /** Runs `fn`, outside any unit of work, while no other process runs one under the same key. */
  exclusively<T>(key: string, fn: () => Promise<T>): Promise<T>
  close(): Promise<void>
}

const reopenMs = 1_000
const works = new AsyncLocalStorage<Work>()
// Sequelize asks this namespace for the transaction of the running code; it never sets one itself.
Sequelize.useCLS({
  get: (key: string) => (key === 'transaction' ? works.getStore()?.transaction : undefined),
  set: () => undefined,
  run: (fn: (store: object) => unknown) => fn({}),
  bind: (fn: unknown) => fn,
} as never)

/** True while a unit of work is open in the running code. */
export const inTransaction = (): boolean => works.getStore() !== undefined

/** Thrown at ports (network, hashing, models) that must never be reached while rows are locked. */
export function assertOutside(port: string): void {
  if (inTransaction()) throw new Error(`${port} was reached inside a unit of work`)
}

let open: { url: string; sequelize: Sequelize; locks: Locks; users: number } | undefined

/** Rows of a parameterised statement in the current unit of work. */
export async function rows<T extends object = Record<string, unknown>>(
  sql: string,
  bind: unknown[] = [],
): Promise<T[]> {
  if (!open) throw new Error('the database is not open')
  return (await open.sequelize.query(sql, { bind, type: QueryTypes.SELECT })) as T[]
}

/** Runs a parameterised statement in the current unit of work and returns how many rows it touched. */
export async function run(sql: string, bind: unknown[] = []): Promise<number> {
  if (!open) throw new Error('the database is not open')
  const [, meta] = await open.sequelize.query(sql, { bind })
  const touched = meta as { rowCount?: number } | number
  return typeof touched === 'number' ? touched : (touched?.rowCount ?? 0)
}

interface Options {
  /** Connections for units of work. */
  poolMax?: number
  /** How long a connection may be silent before it is given up, in milliseconds. */
  limitMs?: number
  /** Hands the models their database. */
  bindModels?: (sequelize: Sequelize) => void
}

/** Opens the pool. Models are bound to one database per process, so a second address is refused. */
export function openDatabase(url: string, options: Options = {}): Database {
  if (open && open.url !== url) throw new Error('this process already uses another database')
  const { limitMs = silenceMs } = options
  open ??= {
    url,
    sequelize: connect(url, limitMs, options),
    locks: createLocks(url, { limitMs }),
    users: 0,
  }
  open.users++
  const { sequelize, locks } = open
  return {
    tx: (scope, fn) => unitOfWork(sequelize, scope, fn),
    listen: (channel, fn) => listen(url, limitMs, channel, fn),
    exclusively: async (key, fn) => {
      // What a lock guards may call a network, so no rows are held meanwhile.
      assertOutside('a lock between processes')
      return locks.exclusively(key, fn)
    },
    close: async () => {
      if (!open || --open.users > 0) return
      open = undefined
      await Promise.all([sequelize.close(), locks.close()])
    },
  }
}

function connect(url: string, limitMs: number, { poolMax = 10, bindModels }: Options): Sequelize {
  const sequelize = new Sequelize(url, {
    dialect: 'postgres',
    dialectModule: { ...pg, Client: clientClass(limitMs) },
    logging: false,
    pool: { max: poolMax, acquire: 10_000, idle: 10_000 },
    dialectOptions: {
      application_name: 'postaura',
      statement_timeout: 15_000,
      idle_in_transaction_session_timeout: 20_000,
    },
  })
  bindModels?.(sequelize)
  sequelize.addHook('beforeQuery', (options) => {
    if (!(options as { transaction?: unknown }).transaction)
      throw new Error('a query was made outside a unit of work')
  })
  return sequelize
}

async function unitOfWork<T>(sequelize: Sequelize, scope: Scope, fn: () => Promise<T>): Promise<T> {
  assertOutside('a second unit of work')
  return sequelize.transaction({ isolationLevel: null as never }, (transaction) =>
    works.run({ transaction }, async () => {
      await enter(scope)
      return fn()
    }),
  )
}

/** From here on the current unit of work sees what `scope` sees, and nothing else: for who is known only once a secret was looked up. */
export async function enter(scope: Scope): Promise<void> {
  const { role = 'app', workspace = '', person = '', actor = '' } = scope
  await rows(
    `select set_config('role', $1, true), set_config('app.workspace_id', $2, true), set_config('app.person_id', $3, true), set_config('app.actor', $4, true)`,
    [`postaura_${role}`, workspace, person, actor],
  )
}

/**
 * One connection that listens, opened again and again while it breaks; `fn` then hears an empty payload for what it may have missed.
 */
async function listen(
  url: string,
  limitMs: number,
  channel: string,
  fn: (payload: string) => void,
) {
  let stopped = false
  let client: pg.Client
  const open = async (): Promise<void> => {
    client = lastingClient(limitMs, { connectionString: url, application_name: 'postaura-listen' })
    client.on('notification', ({ payload = '' }) => fn(payload))
    // Comes once for every client, one that could not connect included.
    client.once('end', () => {
      if (!stopped) setTimeout(reopen, reopenMs).unref()
    })
    await client.connect()
    await client.query(`listen ${pg.escapeIdentifier(channel)}`)
  }
  const reopen = () =>
    void (
      stopped ||
      open().then(
        () => fn(''),
        () => undefined,
      )
    )
  const stop = async () => {
    stopped = true
    await client.end().catch(() => undefined)
  }
  await open().catch(() => undefined)
  return stop
}
