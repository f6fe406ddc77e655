/**
 * Registries: what a lower subject leaves open for higher ones, which it cannot import. A subject declares one beside the code that asks it;
 * `core/open.ts` fills all of them, once, so that reading it shows every arrow that points back.
 */

/** Functions that are called one after the other, in the unit of work of whoever calls. */
export interface Listeners<Fn extends (...args: never[]) => unknown> {
  add(listener: Fn): void
  /** Calls each and returns what they answered, in the order in which they were added; the first that throws ends it. */
  call(...args: Parameters<Fn>): Promise<Awaited<ReturnType<Fn>>[]>
}

export function listeners<Fn extends (...args: never[]) => unknown>(): Listeners<Fn> {
  const added: Fn[] = []
  return {
    add: (listener) => void added.push(listener),
    async call(...args) {
      const answers: Awaited<ReturnType<Fn>>[] = []
      for (const listener of added)
        answers.push((await listener(...args)) as Awaited<ReturnType<Fn>>)
      return answers
    },
  }
}

/** Things by name. */
export interface Registry<T> {
  /** Throws when the name is taken. */
  add(name: string, entry: T): void
  /** Throws when there is none of this name: a mistake of ours, found by the first test that gets there. */
  get(name: string): T
  entries(): [name: string, entry: T][]
}

export function registry<T>(what: string): Registry<T> {
  const entries = new Map<string, T>()
  return {
    add(name, entry) {
      if (entries.has(name)) throw new Error(`there are two ${what} ${name}`)
      entries.set(name, entry)
    },
    get(name) {
      const entry = entries.get(name)
      if (!entry) throw new Error(`there is no ${what} ${name}`)
      return entry
    },
    entries: () => [...entries],
  }
}
