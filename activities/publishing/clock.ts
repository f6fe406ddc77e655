/** Waiting in memory for an instant, by the clock that was handed in. */

export class Stopped extends Error {}

/** Resolves when `now()` has reached `at`; throws Stopped when `signal` is aborted before. */
export async function until(at: Date, now: () => Date, signal: AbortSignal): Promise<void> {
  for (;;) {
    if (signal.aborted) throw new Stopped()
    const left = at.getTime() - now().getTime()
    if (left <= 0) return
    // A timer may fire up to a millisecond early, and a clock handed in may jump: the loop looks again.
    await sleep(Math.min(left, 30_000), signal)
  }
}

export function sleep(ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted) return reject(new Stopped())
    const stop = () => {
      clearTimeout(timer)
      reject(new Stopped())
    }
    const timer = setTimeout(() => {
      signal?.removeEventListener('abort', stop)
      resolve()
    }, ms)
    signal?.addEventListener('abort', stop, { once: true })
  })
}
