/** Turns at something that only few may do at once: workspace after workspace, and no workspace more than one at a time. */
export interface Turns {
  /** Runs `work` when its turn comes; throws `TooManyWaiting` when its workspace has a long queue already. */
  take<T>(workspaceId: string, work: () => Promise<T>): Promise<T>
}

export class TooManyWaiting extends Error {}

export function createTurns(atOnce: number, longest: number): Turns {
  /** Workspaces in the order of their turns; each has its waiting ones in the order in which they came. */
  const queues = new Map<string, (() => Promise<void>)[]>()
  const busy = new Set<string>()

  const next = () => {
    if (busy.size >= atOnce) return
    const [workspaceId, queue] = [...queues].find(([id]) => !busy.has(id)) ?? []
    if (!workspaceId || !queue) return
    const work = queue.shift()!
    // Behind the others, with what it has left.
    queues.delete(workspaceId)
    if (queue.length > 0) queues.set(workspaceId, queue)
    busy.add(workspaceId)
    void work().finally(() => {
      busy.delete(workspaceId)
      next()
    })
    next()
  }

  return {
    take(workspaceId, work) {
      const queue = queues.get(workspaceId) ?? []
      if (queue.length >= longest)
        throw new TooManyWaiting('this workspace has too much waiting already')
      return new Promise((resolve, reject) => {
        queue.push(() => work().then(resolve, reject))
        queues.set(workspaceId, queue)
        next()
      })
    },
  }
}
