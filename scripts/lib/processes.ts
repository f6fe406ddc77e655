import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'

/** Names one process for good: a pid alone is given to someone else sooner or later. */
export interface Mark {
  name: string
  pid: number
  /** When it was started, in the words of the system; equal only for the same process. */
  started: string
}

const linuxStart = (pid: number): string => {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
  // The command in brackets may hold spaces and brackets, so the fields are counted from its end.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  if (fields[0] === 'Z' || fields[0] === 'X') throw new Error('ended')
  return `${readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()}:${fields[19]}`
}

const otherStart = (pid: number): string =>
  execFileSync('ps', ['-o', 'lstart=', '-p', String(pid)], { encoding: 'utf8' }).trim()

/** When the process was started, or undefined when it is not there (a zombie counts as gone). */
export function startOf(pid: number): string | undefined {
  try {
    return (process.platform === 'linux' ? linuxStart(pid) : otherStart(pid)) || undefined
  } catch {
    return undefined
  }
}

export function markOf(name: string, pid: number): Mark {
  return { name, pid, started: startOf(pid) ?? '' }
}

export const isAlive = (mark: Mark): boolean =>
  mark.started !== '' && startOf(mark.pid) === mark.started

/**
 * Whether the process was started for this data folder. Children carry it as POSTAURA_DATA. Where the system does
 * not let us look (not Linux, or another user's process), pid and start time alone decide.
 */
export function belongsTo(mark: Mark, data: string): boolean {
  try {
    const environment = readFileSync(`/proc/${mark.pid}/environ`, 'utf8').split('\0')
    return environment.includes(`POSTAURA_DATA=${data}`)
  } catch {
    return true
  }
}

export function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error
  }
}

/** Ends a process politely and, after `patience` ms, for certain. Resolves when it is gone. */
export async function end(mark: Mark, polite: NodeJS.Signals, patience = 8_000): Promise<void> {
  if (!isAlive(mark)) return
  signal(mark.pid, polite)
  if (await goneWithin(mark, patience)) return
  signal(mark.pid, 'SIGKILL')
  await goneWithin(mark, 5_000)
}

async function goneWithin(mark: Mark, ms: number): Promise<boolean> {
  const until = performance.now() + ms
  while (performance.now() < until) {
    if (!isAlive(mark)) return true
    await sleep(15)
  }
  return !isAlive(mark)
}
