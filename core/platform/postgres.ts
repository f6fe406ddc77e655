/**
 * How this process is connected to Postgres. A connection always ends with an error that whoever waits on it gets: it never breaks the
 * process, and one on which nothing comes is given up.
 */
import type { Socket } from 'node:net'
import pg from 'pg'

/** Longer than any statement may take (15 s), so that only a connection that is dead is silent for so long. */
export const silenceMs = 20_000
const connectMs = 5_000

/** pg's client with a limit of silence, in milliseconds; everything that waits on a connection that has been silent for so long fails. */
export function clientClass(limitMs: number): typeof pg.Client {
  return class extends pg.Client {
    constructor(options: pg.ClientConfig) {
      super({ connectionTimeoutMillis: connectMs, keepAlive: true, ...options })
      // Postgres may end a connection in the breath in which it opens it, before anybody else could listen; unheard, it would end the process.
      this.on('error', () => undefined)
      const { stream } = this.connection as unknown as { stream: Socket }
      stream.setTimeout(limitMs, () => stream.destroy(new Error('Postgres has gone silent')))
    }
  }
}

/**
 * A client whose connection is asked something now and then only. It is asked in between too, so that it is silent when it is dead alone.
 * To be connected by the caller.
 */
export function lastingClient(
  limitMs: number,
  options: { connectionString: string; application_name: string },
): pg.Client {
  const client = new (clientClass(limitMs))(options)
  let asked: Promise<unknown> | undefined
  const beat = () => {
    asked ??= client
      .query('select')
      .catch(() => undefined)
      .finally(() => (asked = undefined))
  }
  const beating = setInterval(beat, limitMs / 3).unref()
  return client.once('end', () => clearInterval(beating))
}
