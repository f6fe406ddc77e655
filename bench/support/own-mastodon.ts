/** A Mastodon server beside the product: what came to it and when, by its own clock. */
import { fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import type { Arrival } from '../../test/support/simulators/mastodon-state.ts'

export interface OwnMastodon extends Disposable {
  origin: string
  people: { username: string; password: string }[]
  /** Every request to post, and the texts of all statuses that anybody can see. */
  look(): Promise<{ arrivals: Arrival[]; seen: string[] }>
}

/** Starts it with that many accounts: as on a real server an account may post 300 times in five minutes. */
export async function startMastodon(accounts: number): Promise<OwnMastodon> {
  const people = Array.from({ length: accounts }, (_, i) => ({
    username: `ada${i + 1}`,
    password: 'four words in a row',
  }))
  const script = fileURLToPath(new URL('./mastodon-process.ts', import.meta.url))
  const child = fork(script, [JSON.stringify(people)])
  const told = async <T>(): Promise<T> => (await once(child, 'message'))[0] as T
  const { origin } = await told<{ origin: string }>()
  return {
    origin,
    people,
    async look() {
      const answer = told<{ arrivals: Arrival[]; seen: string[] }>()
      child.send('look')
      return answer
    },
    [Symbol.dispose]: () => void child.kill(),
  }
}
