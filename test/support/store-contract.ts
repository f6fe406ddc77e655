/** What every kind of object store does, whatever it is made of. */
import { createHash, randomBytes } from 'node:crypto'
import { expect, it } from 'vitest'
import type { ByteRange, Store } from '../../core/platform/store.ts'
import { uuidv7 } from '../../core/platform/uuid.ts'

const newKey = () => `${uuidv7()}/${uuidv7()}`
async function* inPieces(...pieces: Uint8Array[]) {
  yield* pieces
}

export function keepsFiles(store: () => Store): void {
  const read = async (key: string, range?: ByteRange) => {
    const stream = await store().open(key, range)
    return stream && Buffer.concat(await stream.toArray())
  }

  it('gives back what was put, whole and in parts', async () => {
    const key = newKey()
    await store().put(key, inPieces(Buffer.from('Hello, '), Buffer.from('world')))
    expect(String(await read(key))).toBe('Hello, world')
    expect(String(await read(key, { from: 7, to: 9 }))).toBe('wo')
  })
  it('keeps an empty file', async () => {
    const key = newKey()
    await store().put(key, inPieces())
    expect(await read(key)).toHaveLength(0)
  })
  it('has nothing of a key that was removed or never put', async () => {
    const key = newKey()
    expect(await store().open(key)).toBeNull()
    await store().put(key, inPieces(Buffer.from('x')))
    await store().remove(key)
    await store().remove(key)
    expect(await store().open(key)).toBeNull()
  })
  it('has nothing of a stream that broke', async () => {
    const key = newKey()
    const broken = (async function* () {
      yield randomBytes(9_000_000)
      yield randomBytes(9_000_000)
      throw new Error('the sender left')
    })()
    await expect(store().put(key, broken)).rejects.toThrow('the sender left')
    expect(await store().open(key)).toBeNull()
  })
  it('takes a file of many pieces as it is', async () => {
    const key = newKey()
    const pieces = Array.from({ length: 21 }, () => randomBytes(1_000_003))
    await store().put(key, inPieces(...pieces))
    const hash = createHash('sha256')
    for (const piece of pieces) hash.update(piece)
    const kept = createHash('sha256').update((await read(key))!)
    expect(kept.digest('hex')).toBe(hash.digest('hex'))
    const across = Buffer.concat(pieces).subarray(8_388_600, 8_388_620)
    expect(await read(key, { from: 8_388_600, to: 8_388_620 })).toEqual(across)
  })
}
