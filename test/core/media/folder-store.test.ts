import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { folderStore } from '../../../core/media/store/folder.ts'
import type { Store } from '../../../core/platform/store.ts'
import { uuidv7 } from '../../../core/platform/uuid.ts'
import { keepsFiles } from '../../support/store-contract.ts'

let folder: string
let store: Store
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'postaura-store-'))
  store = folderStore(folder)
})
afterAll(() => rm(folder, { recursive: true }))

describe('a folder as the store', () => {
  keepsFiles(() => store)
  it('leaves nothing of a workspace whose last file goes, nor of a writing that broke off', async () => {
    const [workspace, id] = [uuidv7(), uuidv7()]
    await store.put(
      `${workspace}/${id}`,
      (async function* () {
        yield Buffer.from('x')
      })(),
    )
    await writeFile(join(folder, workspace, `${id}.part`), 'half')
    await store.remove(`${workspace}/${id}`)
    expect(await readdir(folder)).not.toContain(workspace)
  })
  it.each(['../etc/passwd', 'a/b', `${uuidv7()}/../${uuidv7()}`, ''])(
    'takes no path for a key: %s',
    async (key) => {
      await expect(store.open(key)).rejects.toThrow('two ids')
    },
  )
})
