import { existsSync, mkdtempSync, renameSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { withLock } from '../lib/lock.ts'
import { cacheFolder } from '../lib/paths.ts'

/**
 * The folder `name` of the cache, filled by `fill` when it is not there yet: by one process only, and in its place only when all
 * of it is there. `name` carries the versions, so that other versions get a folder of their own.
 */
export async function installOnce(
  name: string,
  fill: (folder: string) => Promise<void>,
): Promise<{ folder: string; fresh: boolean }> {
  const folder = join(cacheFolder(), name)
  if (existsSync(folder)) return { folder, fresh: false }
  return withLock(`${cacheFolder()}/${name}.lock`, async () => {
    if (existsSync(folder)) return { folder, fresh: false }
    const half = mkdtempSync(join(cacheFolder(), 'half-'))
    try {
      await fill(half)
      renameSync(half, folder)
    } finally {
      rmSync(half, { recursive: true, force: true })
    }
    return { folder, fresh: true }
  })
}

/** The last line of what a failed command said: enough to act on. */
export function reasonOf(error: unknown): string {
  const { stderr, message } = error as { stderr?: string; message: string }
  return (stderr?.trim() || message).split('\n').at(-1)!.trim()
}
