/** Worker processes of their own, started and killed as an operating system would. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import type { SweptFolder } from '../support/swept-folder.ts'
import type { World } from '../support/world.ts'
import type { Order } from './dying-worker.ts'

const product = fileURLToPath(new URL('../../activities/worker.ts', import.meta.url))
const dying = fileURLToPath(new URL('./dying-worker.ts', import.meta.url))
const withIbis = fileURLToPath(new URL('./ibis-worker.ts', import.meta.url))
/**
 * The product's own, one that dies when it is told to, and one whose networks are never asked and have no keys (a control). Two that know Ibis,
 * the second of which forgets what was uploaded (a control).
 */
const kinds = {
  product: { file: product, env: {} },
  dying: { file: dying, env: {} },
  blind: { file: dying, env: { FAULTS_BLIND: '1' } },
  ibis: { file: withIbis, env: {} },
  forgetful: { file: withIbis, env: { IBIS_FORGETS: '1' } },
}
export type WorkerKind = keyof typeof kinds

export interface WorkerProcess {
  /** Orders it to kill itself; for a dying one alone. */
  tell(order: Order): void
  /** Resolves to the signal that ended it; null: it ended by itself. */
  ended: Promise<NodeJS.Signals | null>
  alive(): boolean
  /** Stands still, as a machine that is asleep, until it goes on. */
  sleep(): void
  wake(): void
  /** Asks it to end, as an operating system does first. */
  stop(): void
  /** Ends it at once, as a machine that loses its power does. */
  kill(): Promise<void>
  /** What it said. */
  log(): string
}

/** Starts a worker in a process of its own and resolves when it is up. */
export async function startWorker(
  { env }: World,
  folder: SweptFolder,
  kind: WorkerKind,
): Promise<WorkerProcess> {
  const child = spawn(process.execPath, [kinds[kind].file], {
    env: { ...env, ...kinds[kind].env, ...folder.env, LOG_LEVEL: 'info' },
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  })
  folder.add(`worker ${child.pid}`, child.pid)
  const ended = once(child, 'exit').then(([, signal]) => signal as NodeJS.Signals | null)
  let log = ''
  const up = new Promise<void>((resolve, reject) => {
    const hear = (chunk: Buffer) => {
      log += chunk.toString()
      if (log.includes('the worker is up')) resolve()
    }
    child.stdout!.on('data', hear)
    child.stderr!.on('data', hear)
    void ended.then(() => reject(new Error(`the worker did not start:\n${log}`)))
  })
  await up
  return {
    ended,
    tell: (order) => void child.send(order),
    alive: () => child.exitCode === null && child.signalCode === null,
    log: () => log,
    sleep: () => void child.kill('SIGSTOP'),
    wake: () => void child.kill('SIGCONT'),
    stop: () => void child.kill('SIGTERM'),
    async kill() {
      child.kill('SIGKILL')
      await ended
    },
  }
}
