/** Faults on purpose, at the one place where it matters: before or after a server has committed. */

export type FaultKind =
  /** The connection is reset and nothing is done. */
  | 'reset_before'
  /** HTTP 503 and nothing is done. */
  | 'error_before'
  /** HTTP 429 with a reset time and nothing is done. */
  | 'limited'
  /** Done, then the connection is reset: the reply is lost. */
  | 'lost_reply'
  /** Done, then HTTP 500. */
  | 'error_after'
  /** Done, then the reply ends in the middle of its body. */
  | 'cut_reply'
  /** Done, and the reply comes after `delayMs`. */
  | 'slow'
  /** The connection is reset, and it is done all the same after `delayMs`. */
  | 'late'
  /** A proxy answers with `status` and a page of its own, and nothing is done. */
  | 'proxy_before'
  /** Done, then a proxy answers with `status` and a page of its own, or with nothing for a 401. */
  | 'proxy_after'

export interface Fault {
  kind: FaultKind
  /** Label of the route it strikes, e.g. `publish`. */
  on: string
  /** How many requests to this route pass unharmed before. */
  skip?: number
  delayMs?: number
  status?: number
}

/** Faults in waiting; each strikes once. */
export class FaultPlan {
  readonly #waiting: (Fault & { skip: number })[] = []
  /** What struck so far: a test proves with it that its fault took place. */
  readonly fired: Fault[] = []

  add(fault: Fault): void {
    this.#waiting.push({ ...fault, skip: fault.skip ?? 0 })
  }

  clear(): void {
    this.#waiting.length = 0
    this.fired.length = 0
  }

  /** The fault for this request, if one is due. */
  take(label: string): Fault | undefined {
    const index = this.#waiting.findIndex((fault) => fault.on === label)
    const fault = this.#waiting[index]
    if (!fault) return undefined
    if (fault.skip > 0) {
      fault.skip -= 1
      return undefined
    }
    this.#waiting.splice(index, 1)
    this.fired.push(fault)
    return fault
  }
}
