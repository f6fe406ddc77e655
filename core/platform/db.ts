/**
 * The only way to the database. `tx` opens a short unit of work: it switches to a role that row-level security binds, and says for whom.
 * A query outside one throws, and so does a unit of work inside another. A process opens at most `poolMax` connections for these, one that
 * listens and one for all its locks.
 */
import { AsyncLocalStorage } from 'node:async_hooks'
import pg from 'pg'
import { QueryTypes, Sequelize, type Transaction } from 'sequelize'
import { createLocks, type Locks } from './locks.ts'

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
  /** Hands the models their database. */
  bindModels?: (sequelize: Sequelize) => void
}

/** Opens the pool. Models are bound to one database per process, so a second address is refused. */
export function openDatabase(url: string, options: Options = {}): Database {
  if (open && open.url !== url) throw new Error('this process already uses another database')
  open ??= { url, sequelize: connect(url, options), locks: createLocks(url), users: 0 }
  open.users++
  const { sequelize, locks } = open
  return {
    tx: (scope, fn) => unitOfWork(sequelize, scope, fn),
    listen: (channel, fn) => listen(url, channel, fn),
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

function connect(url: string, { poolMax = 10, bindModels }: Options): Sequelize {
  const sequelize = new Sequelize(url, {
    dialect: 'postgres',
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

/** One connection that listens, opened again when it breaks. */
async function listen(url: string, channel: string, fn: (payload: string) => void) {
  let client: pg.Client | undefined
  let stopped = false
  const start = async (): Promise<void> => {
    const next = new pg.Client({ connectionString: url, application_name: 'postaura-listen' })
    next.on('notification', (n) => fn(n.payload ?? ''))
    next.on('error', () => again())
    next.on('end', () => again())
    await next.connect()
    await next.query(`listen ${pg.escapeIdentifier(channel)}`)
    client = next
  }
  const again = () => {
    if (stopped || !client) return
    client = undefined
    setTimeout(() => start().then(() => fn(''), again2), 1000).unref()
  }
  const again2 = () => {
    if (!stopped) setTimeout(() => start().then(() => fn(''), again2), 2000).unref()
  }
  await start()
  return async () => {
    stopped = true
    await client?.end().catch(() => undefined)
  }
}
