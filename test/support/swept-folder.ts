/** A folder for processes that a test starts itself: should the run be killed, the next one ends them (see `servers.ts`). */
import { chmodSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Mark } from '../../scripts/lib/processes.ts'
import { openRunRecord } from '../../scripts/lib/run-state.ts'

export interface SweptFolder {
  path: string
  /** Belongs into the environment of each process, so that it can be told from a stranger with the same pid. */
  env: { POSTAURA_DATA: string }
  /** Writes a process down. */
  add(name: string, pid: number | undefined): Mark
  remove(): void
}

export function sweptFolder(): SweptFolder {
  const path = mkdtempSync(join(tmpdir(), 'postaura-test-'))
  // Postgres may run as another user than we do, and has to walk through.
  chmodSync(path, 0o711)
  const record = openRunRecord(path)
  return {
    path,
    env: { POSTAURA_DATA: path },
    add: (name, pid) => record.add(name, pid),
    remove: () => rmSync(path, { recursive: true, force: true }),
  }
}
