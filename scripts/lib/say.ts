/** A failure that a person can act on: what happened, and what to do about it. */
export class Failure extends Error {
  readonly advice: string

  constructor(message: string, advice: string) {
    super(message)
    this.name = 'Failure'
    this.advice = advice
  }
}

export interface Voice {
  /** One plain line. */
  line(text: string): void
  /** Runs `work` and prints one line with its outcome and time. `work` returns what to add to the title. */
  step<T>(title: string, work: (note: (text: string) => void) => Promise<T>): Promise<T>
}

const seconds = (since: number): string => `${((performance.now() - since) / 1000).toFixed(1)} s`

/**
 * Progress for people. With `toStderr`, stdout stays free for the one JSON object that a machine reads.
 */
export function openVoice(toStderr = false): Voice {
  const stream = toStderr ? process.stderr : process.stdout
  const line = (text: string): void => void stream.write(`${text}\n`)
  return {
    line,
    async step(title, work) {
      const since = performance.now()
      let said = ''
      try {
        const value = await work((text) => (said = text))
        line(`✓ ${title}${said ? `: ${said}` : ''} (${seconds(since)})`)
        return value
      } catch (error) {
        line(`✗ ${title} (${seconds(since)})`)
        throw error
      }
    },
  }
}

/** Prints a failure with its advice; anything unexpected is printed with its stack. */
export function explain(error: unknown): void {
  if (error instanceof Failure) console.error(`\n${error.message}\n  → ${error.advice}`)
  else console.error(error)
}
