/** Files in a folder of this machine, or one that several machines share. */
import { createReadStream } from 'node:fs'
import { mkdir, open, rename, rm, rmdir } from 'node:fs/promises'
import { once } from 'node:events'
import { dirname, join } from 'node:path'
import type { Store } from '../../platform/store.ts'

/** Keys are made of ids of ours; nothing else ever becomes a path. */
const keys = /^[0-9a-f-]{36}\/[0-9a-f-]{36}$/

export function folderStore(folder: string): Store {
  const pathOf = (key: string) => {
    if (!keys.test(key)) throw new Error('a key of the store is two ids')
    return join(folder, key)
  }
  return {
    async put(key, body) {
      const path = pathOf(key)
      await mkdir(dirname(path), { recursive: true, mode: 0o700 })
      const part = `${path}.part`
      try {
        await writeWhole(part, body)
        await rename(part, path)
        await syncFolder(dirname(path))
      } catch (error) {
        await rm(part, { force: true })
        throw error
      }
    },
    async open(key, range) {
      const path = pathOf(key)
      if (range && range.to <= range.from) return null
      const ends = range ? { start: range.from, end: range.to - 1 } : {}
      const stream = createReadStream(path, ends)
      try {
        await once(stream, 'open')
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null
        throw error
      }
      return stream
    },
    async remove(key) {
      const path = pathOf(key)
      await rm(path, { force: true })
      await rm(`${path}.part`, { force: true })
      // The last one takes the workspace's folder with it.
      await rmdir(dirname(path)).catch(() => undefined)
    },
  }
}

/** On disk before it gets its name, so that a file that can be found is whole, whatever stops the machine. */
async function writeWhole(path: string, body: AsyncIterable<Uint8Array>): Promise<void> {
  await using file = await open(path, 'w', 0o600)
  for await (const piece of body) await file.writeFile(piece)
  await file.sync()
}

async function syncFolder(path: string): Promise<void> {
  await using folder = await open(path, 'r')
  await folder.sync()
}
