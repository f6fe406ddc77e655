import type { ChildProcess } from 'node:child_process'
import { end, type Mark } from './processes.ts'
import { politeSignal, type RunRecord } from './run-state.ts'

export interface Service {
  name: string
  /**
   * Starts the process and resolves when it can be used. `spawned` is called as soon as it has a pid, so that it is
   * written down even when its start is cut off.
   */
  start(spawned: (pid: number | undefined) => void): Promise<ChildProcess>
  /** How long it may take to stop before it is ended for certain, in ms. */
  patience?: number
}

export interface Supervisor {
  /** Starts a service and keeps it running until `stop`. */
  run(service: Service): Promise<void>
  /** Stops everything in the order of `order`: names in one group together, groups one after the other. */
  stop(order: string[][]): Promise<void>
}

/** Waits between restarts, in ms: long enough that a service that cannot start does not eat the machine. */
const backoff = [500, 1_000, 2_000, 4_000, 8_000, 16_000, 30_000]
const healthyAfter = 30_000

/** Keeps child processes running, writes each down in the record, and says when one has to be started again. */
export function openSupervisor(
  record: RunRecord,
  say: (text: string) => void,
  waits = backoff,
): Supervisor {
  const marks = new Map<string, Mark>()
  const timers = new Set<NodeJS.Timeout>()
  const patience = new Map<string, number>()
  let stopping = false

  const runOnce = async (service: Service, failures: number): Promise<void> => {
    if (stopping) throw new Error(`${service.name} is not started any more`)
    const child = await service.start((pid) =>
      marks.set(service.name, record.add(service.name, pid)),
    )
    const since = performance.now()
    const onExit = (code: number | null, signal: string | null): void => {
      if (stopping) return
      const lived = performance.now() - since
      again(service, lived > healthyAfter ? 0 : failures, signal ?? `code ${code}`)
    }
    if (child.exitCode !== null || child.signalCode !== null)
      onExit(child.exitCode, child.signalCode)
    else child.once('exit', onExit)
  }

  const again = (service: Service, failures: number, why: string): void => {
    const wait = waits[Math.min(failures, waits.length - 1)] ?? 0
    say(`${service.name} ended (${why}); starting it again in ${wait / 1000} s`)
    const timer = setTimeout(() => {
      timers.delete(timer)
      const restarted = runOnce(service, failures + 1).then(() => say(`${service.name} runs again`))
      restarted.catch((error: Error) => stopping || again(service, failures + 1, error.message))
    }, wait)
    timers.add(timer)
  }

  return {
    async run(service) {
      patience.set(service.name, service.patience ?? 8_000)
      await runOnce(service, 0)
    },
    async stop(order) {
      stopping = true
      for (const timer of timers) clearTimeout(timer)
      for (const group of order) {
        const ending = group.map((name) => {
          const mark = marks.get(name)
          return mark && end(mark, politeSignal(name), patience.get(name))
        })
        await Promise.all(ending)
      }
    },
  }
}
