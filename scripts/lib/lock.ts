import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { startOf } from './processes.ts'

/**
 * Runs `work` while no other process holds the same lock file. A lock whose process is gone is taken over.
 */
export async function withLock<T>(file: string, work: () => Promise<T>): Promise<T> {
  mkdirSync(dirname(file), { recursive: true })
  while (!take(file)) await sleep(100)
  try {
    return await work()
  } finally {
    rmSync(file, { force: true })
  }
}

const mine = (): string => `${process.pid} ${startOf(process.pid)}`

function take(file: string): boolean {
  try {
    writeFileSync(file, mine(), { flag: 'wx' })
    return true
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
  }
  if (isHeld(file)) return false
  rmSync(file, { force: true })
  return false
}

function isHeld(file: string): boolean {
  try {
    const [pid, ...started] = readFileSync(file, 'utf8').split(' ')
    // An empty file is being written this instant.
    return !pid || startOf(Number(pid)) === started.join(' ')
  } catch {
    return false
  }
}
