/** Bytes that have to be read twice or by another process: a file without a name, which is gone with whoever holds it. */
import { mkdir, open, unlink, type FileHandle } from 'node:fs/promises'
import { join } from 'node:path'
import type { Config } from '../platform/config.ts'
import { uuidv7 } from '../platform/uuid.ts'

/** Writes a stream to its end and returns the file, to be read from its start and closed. */
export async function spool(
  { dataDir }: Pick<Config, 'dataDir'>,
  body: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
): Promise<FileHandle> {
  const folder = join(dataDir, 'spool')
  await mkdir(folder, { recursive: true, mode: 0o700 })
  const path = join(folder, uuidv7())
  await using written = await open(path, 'wx', 0o600)
  // Opened a second time because a file that is handed to a process is read on from where it stands.
  const file = await open(path, 'r').finally(() => unlink(path))
  try {
    for await (const piece of body) await written.writeFile(piece)
    return file
  } catch (error) {
    await file.close()
    throw error
  }
}
