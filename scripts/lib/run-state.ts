import { existsSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { belongsTo, end, isAlive, type Mark, markOf } from './processes.ts'

/** Who runs on a data folder, kept in `<data>/run.json` so that a later start can end what an unclean end has left. */
export interface RunState {
  owner: Mark
  children: Mark[]
  /** Address of the dashboard, once it is up. */
  url?: string
}

const fileOf = (data: string): string => join(data, 'run.json')

/** What is written down about `data`; undefined when nothing is, or when it cannot be read. */
export function readRunState(data: string): RunState | undefined {
  try {
    return JSON.parse(readFileSync(fileOf(data), 'utf8')) as RunState
  } catch {
    return undefined
  }
}

export interface RunRecord {
  /** Writes down that `pid` serves this data folder, in place of an older process of the same name. */
  add(name: string, pid: number | undefined): Mark
  setUrl(url: string): void
  clear(): void
}

/** Starts the record of this process as the owner of `data`. Every change is on disk before the call returns. */
export function openRunRecord(data: string): RunRecord {
  const state: RunState = { owner: markOf('supervisor', process.pid), children: [] }
  const save = (): void => {
    writeFileSync(`${fileOf(data)}.half`, JSON.stringify(state, null, 2), { mode: 0o600 })
    renameSync(`${fileOf(data)}.half`, fileOf(data))
  }
  save()
  return {
    add(name, pid) {
      const mark = markOf(name, pid ?? 0)
      state.children = [...state.children.filter((child) => child.name !== name), mark]
      save()
      return mark
    },
    setUrl(url) {
      state.url = url
      save()
    },
    clear: () => rmSync(fileOf(data), { force: true }),
  }
}

/** The state of `data` when a living process owns it. */
export function livingOwner(data: string): RunState | undefined {
  const state = readRunState(data)
  return state && isAlive(state.owner) ? state : undefined
}

/** Signal that makes a process of this name stop cleanly: for Postgres SIGTERM would wait for every client. */
export const politeSignal = (name: string): NodeJS.Signals =>
  name === 'postgres' ? 'SIGINT' : 'SIGTERM'

/** Ends what an owner that is gone has left behind, users of the database before the database. Returns the names. */
export async function endLeftovers(data: string): Promise<string[]> {
  if (!existsSync(fileOf(data))) return []
  const left = (readRunState(data)?.children ?? []).filter(
    (mark) => isAlive(mark) && belongsTo(mark, data),
  )
  const last = left.filter(({ name }) => name === 'postgres')
  const first = left.filter(({ name }) => name !== 'postgres')
  await Promise.all(first.map((mark) => end(mark, politeSignal(mark.name))))
  await Promise.all(last.map((mark) => end(mark, politeSignal(mark.name))))
  return left.map(({ name }) => name)
}
