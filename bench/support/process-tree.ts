/** The processes of a product that was started by a bench: which they are, and what memory they take. Linux alone. */
import { spawn, type ChildProcess } from 'node:child_process'
import { readdirSync, readFileSync, readlinkSync } from 'node:fs'
import { setTimeout as wait } from 'node:timers/promises'
import type { OwnProduct } from '../../scripts/lib/own-product.ts'

interface Process {
  pid: number
  parent: number
  name: string
}

const processes = (): Process[] =>
  readdirSync('/proc')
    .filter((entry) => /^\d+$/.test(entry))
    .flatMap((entry) => {
      const stat = read(entry, 'stat')
      const [, name = '', rest = ''] = /^\d+ \((.*)\) (.*)$/s.exec(stat) ?? []
      return stat ? [{ pid: Number(entry), parent: Number(rest.split(' ')[1]), name }] : []
    })

/** Empty for a process that ended while we looked. */
function read(pid: number | string, file: string): string {
  try {
    return readFileSync(`/proc/${pid}/${file}`, 'utf8')
  } catch {
    return ''
  }
}

/** A process and all that descend from it, or carry its data folder in their environment (servers detach themselves). */
export function treeOf({ pid, data }: Pick<OwnProduct, 'pid' | 'data'>): Process[] {
  const all = processes()
  const belongs = (p: Process) =>
    read(p.pid, 'environ').split('\0').includes(`POSTAURA_DATA=${data}`)
  const mine = new Set([pid, ...all.filter(belongs).map((p) => p.pid)])
  for (let before = 0; before !== mine.size;) {
    before = mine.size
    for (const p of all) if (mine.has(p.parent)) mine.add(p.pid)
  }
  return all.filter((p) => mine.has(p.pid))
}

/** Proportional set size in MB: shared pages count once for all who share them. */
const pss = (pid: number): number =>
  Number(/^Pss:\s+(\d+) kB/m.exec(read(pid, 'smaps_rollup'))?.[1] ?? 0) / 1024

/** Memory of everything together, in MB. */
export const memoryOf = (product: Pick<OwnProduct, 'pid' | 'data'>): number =>
  treeOf(product).reduce((sum, { pid }) => sum + pss(pid), 0)

/** Looks at the memory until it is stopped; then tells the most it saw, in MB. */
export function watchMemory(product: OwnProduct, everyMs: number): () => Promise<number> {
  let most = 0
  let stopped = false
  const watching = (async () => {
    for (; !stopped; await wait(everyMs)) most = Math.max(most, memoryOf(product))
  })()
  return async () => {
    stopped = true
    await watching
    return most
  }
}

const script = 'activities/worker.ts'

/** The product's worker processes. */
export const workersOf = (product: OwnProduct): number[] =>
  treeOf(product)
    .map(({ pid }) => pid)
    .filter((pid) => read(pid, 'cmdline').includes(script))

/** Starts one more worker beside the product's own, as its sibling: the same program, folder and environment. */
export function addWorker(product: OwnProduct): ChildProcess {
  const [own] = workersOf(product)
  if (own === undefined) throw new Error('the product has no worker')
  const [node = '', ...args] = read(own, 'cmdline').split('\0').filter(Boolean)
  const env = Object.fromEntries(
    read(own, 'environ')
      .split('\0')
      .filter(Boolean)
      .map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]),
  )
  return spawn(node, args, { cwd: readlinkSync(`/proc/${own}/cwd`), env, stdio: 'ignore' })
}
