/**
 * Live updates: one event stream per tab, closed while the tab is hidden. The browser resumes a broken stream by itself; after a pause we
 * begin anew and tell everybody to look again.
 */
import { eventKinds, type EventName } from '#contract/platform/event-catalogue.ts'

export interface LiveEvent {
  /** `again`: something may have happened while nobody listened. */
  kind: EventName | 'again'
  subject: string
  parent: string | null
}

type Listener = (event: LiveEvent) => void

class Live {
  /** Whether the stream stands; false while it reconnects. */
  connected = $state(true)
  #listeners = new Set<Listener>()
  #source: EventSource | undefined
  #workspace: string | undefined
  #paused = false

  /** Begins to follow a workspace. Returns what ends it. */
  follow(workspace: string): () => void {
    this.#workspace = workspace
    this.#open()
    const onVisibility = () => (document.hidden ? this.#close(true) : this.#resume())
    document.addEventListener('visibilitychange', onVisibility)
    return () => {
      document.removeEventListener('visibilitychange', onVisibility)
      this.#close(false)
    }
  }

  /** Calls `listener` on every event until the returned function is called. */
  listen(listener: Listener): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  #open(): void {
    if (document.hidden) return void (this.#paused = true)
    const source = new EventSource(`/api/v1/workspaces/${this.#workspace}/events`)
    this.#source = source
    source.onopen = () => {
      this.connected = true
    }
    source.onerror = () => {
      this.connected = false
    }
    for (const kind of Object.keys(eventKinds) as EventName[])
      source.addEventListener(kind, (message) => {
        const { subject, parent } = JSON.parse(message.data)
        this.#tell({ kind, subject, parent })
      })
  }

  #resume(): void {
    if (!this.#paused) return
    this.#paused = false
    this.#open()
    this.#tell({ kind: 'again', subject: '', parent: null })
  }

  #close(paused: boolean): void {
    this.#source?.close()
    this.#source = undefined
    this.#paused = paused
  }

  #tell(event: LiveEvent): void {
    for (const listener of this.#listeners) listener(event)
  }
}

export const live = new Live()

/** Runs `act` at most once in `ms` after events of these kinds, e.g. to load a list anew. Use inside a component. */
export function onLive(wanted: readonly LiveEvent['kind'][], act: () => unknown, ms = 400): void {
  $effect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined
    const stop = live.listen(({ kind }) => {
      if (kind !== 'again' && !wanted.includes(kind)) return
      timer ??= setTimeout(() => {
        timer = undefined
        void act()
      }, ms)
    })
    return () => {
      stop()
      clearTimeout(timer)
    }
  })
}
