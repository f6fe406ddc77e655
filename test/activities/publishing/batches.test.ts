/** Many small works as few large ones. */
import { describe, expect, it } from 'vitest'
import { createBatches } from '../../../activities/publishing/batches.ts'

interface Item {
  group: string
  n: number
}

/** Works that note what they were handed; those of `bad` fail, with everything they stand beside. */
function noted(limits: { sizeMax: number; width: number }, bad: number[] = []) {
  const seen: Item[][] = []
  const ask = createBatches(
    limits,
    ({ group }: Item) => group,
    async (items: Item[]) => {
      seen.push(items)
      await new Promise((resolve) => setTimeout(resolve, 5))
      if (items.some(({ n }) => bad.includes(n))) throw new Error('bad')
      return items.map(({ n }) => n * 2)
    },
  )
  return { seen, ask }
}
const items = (group: string, count: number) =>
  Array.from({ length: count }, (_, n) => ({ group, n: n + 1 }))

describe('works in batches', () => {
  it('go together when they are asked for together, and each gets its own answer', async () => {
    const { seen, ask } = noted({ sizeMax: 10, width: 1 })
    expect(await Promise.all(items('a', 5).map(ask))).toEqual([2, 4, 6, 8, 10])
    expect(seen).toHaveLength(1)
  })

  it('are no larger than allowed, and keep groups apart, which take turns', async () => {
    const { seen, ask } = noted({ sizeMax: 2, width: 1 })
    await Promise.all([...items('a', 4), ...items('b', 1)].map(ask))
    expect(seen.map((batch) => batch.map(({ group }) => group).join(''))).toEqual(['aa', 'b', 'aa'])
  })

  it('do not take the others along when one fails', async () => {
    const { ask } = noted({ sizeMax: 10, width: 1 }, [2])
    const said = await Promise.allSettled(items('a', 3).map(ask))
    expect(said.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled'])
  })
})
