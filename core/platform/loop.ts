/** Work that one process does again and again. */
export interface Loop {
  /** Ends the pause; called during a run, the next one follows at once. */
  wake(): void
  /** Ends the loop and waits for the run in hand. */
  stop(): Promise<void>
}

/** Runs `fn` again and again with a pause of `ms` between, from now on. `fn` must not throw. */
export function repeat(ms: number, fn: () => Promise<unknown>): Loop {
  let stopped = false
  let woken = false
  let endPause = () => undefined as void
  const pause = () =>
    new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, ms)
      endPause = () => {
        clearTimeout(timer)
        resolve()
      }
    })
  const run = async () => {
    while (!stopped) {
      woken = false
      await fn()
      if (!stopped && !woken) await pause()
    }
  }
  const wake = () => {
    woken = true
    endPause()
  }
  const running = run()
  const stop = () => {
    stopped = true
    wake()
    return running
  }
  return { wake, stop }
}
