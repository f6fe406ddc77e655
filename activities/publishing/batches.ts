/**
 * Many small works as few large ones: what is asked for while a batch is at work goes into the next one, so that a lone work waits for nobody
 * and a wave of them becomes a few units of work. Batches of different groups (workspaces) take turns.
 */
export interface Batches {
  /** Works of one batch at most. */
  sizeMax: number
  /** Batches at work at one time. */
  width: number
}

/** Returns how one work is asked for. A batch that fails is worked on one by one, so that each answers for itself. */
export function createBatches<T, R>(
  { sizeMax, width }: Batches,
  groupOf: (item: T) => string,
  work: (items: T[]) => Promise<R[]>,
): (item: T) => Promise<R> {
  interface Asked {
    item: T
    resolve(result: R): void
    reject(error: unknown): void
  }
  /** Groups in the order of their turns. */
  const waiting = new Map<string, Asked[]>()
  let busy = 0

  const settle = async (batch: Asked[]): Promise<void> => {
    try {
      const results = await work(batch.map(({ item }) => item))
      batch.forEach((asked, index) => asked.resolve(results[index]!))
    } catch (error) {
      if (batch.length === 1) batch[0]!.reject(error)
      else for (const asked of batch) await settle([asked])
    }
  }

  const next = (): void => {
    const [turn] = waiting
    if (!turn || busy === width) return
    const [group, asked] = turn
    waiting.delete(group)
    const batch = asked.splice(0, sizeMax)
    if (asked.length > 0) waiting.set(group, asked)
    busy += 1
    void settle(batch).finally(() => {
      busy -= 1
      next()
    })
  }

  return (item) =>
    new Promise<R>((resolve, reject) => {
      const group = groupOf(item)
      const asked = waiting.get(group) ?? []
      asked.push({ item, resolve, reject })
      waiting.set(group, asked)
      // What is asked for in the same moment goes together.
      setImmediate(next)
    })
}
