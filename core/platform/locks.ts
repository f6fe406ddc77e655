/**
 * Locks by key between processes. Those of this process queue for a key among themselves first, so one connection is enough for all that the
 * process holds. Who waits asks again and again: a statement that blocked would keep the connection from everybody else.
 */
import { setTimeout as sleep } from 'node:timers/promises'
import type pg from 'pg'
import { lastingClient, silenceMs } from './postgres.ts'

export interface Locks {
  /** Runs `fn` while nobody else, here or in another process, runs one under the same key; throws when it is not its turn in time. */
  exclusively<T>(key: string, fn: () => Promise<T>): Promise<T>
  close(): Promise<void>
}

/** `waitMs`: how long a caller waits for its turn. `limitMs`: how long the connection may be silent. */
export function createLocks(url: string, { waitMs = 30_000, limitMs = silenceMs } = {}): Locks {
  const turns = new Map<string, Promise<void>>()
  const connection = openConnection(url, limitMs)
  return {
    exclusively: (key, fn) => {
      const until = performance.now() + waitMs
      return inTurn(turns, key, until, async () => {
        const client = await acquire(connection, key, until)
        try {
          return await fn()
        } finally {
          // On the connection that holds it: with one that broke the lock is gone already.
          await connection.ask(client, 'pg_advisory_unlock', key).catch(() => undefined)
        }
      })
    },
    close: connection.close,
  }
}

const late = (key: string): Error => new Error(`waited too long for the lock ${key}`)

/** One after another within this process. Who gives up leaves the queue without disturbing its order. */
async function inTurn<T>(
  turns: Map<string, Promise<void>>,
  key: string,
  until: number,
  fn: () => Promise<T>,
): Promise<T> {
  const before = turns.get(key)
  const { promise: mine, resolve: done } = Promise.withResolvers<void>()
  const chain = (before ?? Promise.resolve()).then(() => mine)
  turns.set(key, chain)
  void chain.then(() => turns.get(key) === chain && turns.delete(key))
  try {
    if (before) await within(before, until, key)
    return await fn()
  } finally {
    done()
  }
}

async function within(turn: Promise<void>, until: number, key: string): Promise<void> {
  const timer = new AbortController()
  const { signal } = timer
  const passed = sleep(Math.max(0, until - performance.now()), true, { signal }).catch(() => false)
  const isLate = await Promise.race([turn.then(() => false), passed])
  timer.abort()
  if (isLate) throw late(key)
}

async function acquire(
  { open, ask }: LockConnection,
  key: string,
  until: number,
): Promise<pg.Client> {
  for (let pause = 10; ; pause = Math.min(pause * 2, 250)) {
    const client = await open()
    if (await ask(client, 'pg_try_advisory_lock', key)) return client
    if (performance.now() > until) throw late(key)
    await sleep(pause)
  }
}

interface LockConnection {
  open(): Promise<pg.Client>
  /** What the function says of the key; questions are put one after another. */
  ask(
    client: pg.Client,
    what: 'pg_try_advisory_lock' | 'pg_advisory_unlock',
    key: string,
  ): Promise<boolean>
  close(): Promise<void>
}

/** Opened when it is first needed, and again after it broke. */
function openConnection(url: string, limitMs: number): LockConnection {
  let current: Promise<pg.Client> | undefined
  let last: Promise<unknown> = Promise.resolve()
  const open = (): Promise<pg.Client> => {
    if (current) return current
    const client = lastingClient(limitMs, {
      connectionString: url,
      application_name: 'postaura-lock',
    })
    const opening = client.connect().then(() => client)
    const forget = () => {
      if (current === opening) current = undefined
    }
    client.on('error', forget)
    client.on('end', forget)
    opening.catch(forget)
    current = opening
    return opening
  }
  const ask: LockConnection['ask'] = (client, what, key) => {
    const sql = `select ${what}(hashtextextended($1, 0)) as yes`
    const answer = last.then(() => client.query<{ yes: boolean }>(sql, [key]))
    last = answer.catch(() => undefined)
    return answer.then(({ rows }) => rows[0]!.yes)
  }
  const close = async (): Promise<void> => {
    const client = await current?.catch(() => undefined)
    current = undefined
    await client?.end().catch(() => undefined)
  }
  return { open, ask, close }
}
