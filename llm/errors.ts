/** What the router throws. Temporal retries when `retryable`, not before `retryAfterMs`. */
import type { FailureClass, ModelAttempt } from './types.ts'

/** Nobody could answer. `kind` and `connection` are of the first failure: the fallback's is rarely the one to mend. */
export class RouterError extends Error {
  readonly kind: FailureClass
  readonly retryable: boolean
  /** Milliseconds after which trying again makes sense; null when only a person can change the outcome. */
  readonly retryAfterMs: number | null
  readonly attempts: ModelAttempt[]
  /** Name of the connection that failed or rests; null when none was to be asked. */
  readonly connection: string | null

  constructor(
    kind: FailureClass,
    message: string,
    options: {
      retryAfterMs?: number | null
      attempts?: ModelAttempt[]
      connection?: string | null
      cause?: unknown
    } = {},
  ) {
    super(message, { cause: options.cause })
    this.name = 'RouterError'
    this.kind = kind
    this.retryAfterMs = options.retryAfterMs ?? null
    this.retryable = this.retryAfterMs !== null
    this.attempts = options.attempts ?? []
    this.connection = options.connection ?? null
  }
}

/** One attempt failed; raised by adapters, caught by the router. Its message holds no prompt and no key. */
export class AttemptFailure extends Error {
  readonly kind: FailureClass
  readonly status: number | null
  readonly retryAfterMs: number | null
  /** For `format_unsupported`: what the server would not take. */
  readonly parameter: 'response_format' | 'max_tokens' | 'temperature' | null

  constructor(
    kind: FailureClass,
    message: string,
    options: {
      status?: number | null
      retryAfterMs?: number | null
      parameter?: AttemptFailure['parameter']
      cause?: unknown
    } = {},
  ) {
    super(message, { cause: options.cause })
    this.name = 'AttemptFailure'
    this.kind = kind
    this.status = options.status ?? null
    this.retryAfterMs = options.retryAfterMs ?? null
    this.parameter = options.parameter ?? null
  }
}
