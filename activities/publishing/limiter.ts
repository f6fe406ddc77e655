/**
 * Few units of work at a time for a wave of posts due at one instant. What must happen now (arming) overtakes what may happen a moment
 * later (settling), and nobody holds a connection while waiting.
 */
export interface Limiter {
  run<T>(urgency: 'now' | 'soon', fn: () => Promise<T>): Promise<T>
}

export function createLimiter(width: number): Limiter {
  const waiting: Record<'now' | 'soon', (() => void)[]> = { now: [], soon: [] }
  let free = width
  const enter = (urgency: 'now' | 'soon') =>
    new Promise<void>((resolve) => {
      if (free > 0) {
        free -= 1
        resolve()
      } else waiting[urgency].push(resolve)
    })
  const leave = () => {
    const next = waiting.now.shift() ?? waiting.soon.shift()
    if (next) next()
    else free += 1
  }
  return {
    async run(urgency, fn) {
      await enter(urgency)
      try {
        return await fn()
      } finally {
        leave()
      }
    },
  }
}
