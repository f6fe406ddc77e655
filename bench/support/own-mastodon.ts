/** A Mastodon server beside the product: what came to it and when, by its own clock. */
import { fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import type { Client } from '#contract/client.ts'
import { connectMastodon } from '../../test/support/connecting.ts'
import type { Question, Told } from './mastodon-process.ts'
import type { WavePost } from './wave.ts'

/** What became of a wave, by the clock of the network. */
export interface Outcome {
  /** Seconds, one for each post that arrived. */
  late: number[]
  published: number
  duplicated: number
}

export interface OwnMastodon extends Disposable {
  origin: string
  people: { username: string; password: string }[]
  /** When posts came to it, and which of them anybody can see. */
  outcomeOf(posts: WavePost[]): Promise<Outcome>
  /** Sends requests as a wave does, in a bare loop: seconds from the first one until each of them came. */
  bare(plan: { count: number; width: number }): Promise<number[]>
  /** The next requests to post are never answered. */
  silence(count: number): Promise<void>
}

const bareScript = fileURLToPath(new URL('./bare-loop.ts', import.meta.url))

/** Starts it with that many accounts: as on a real server an account may post 300 times in five minutes. */
export async function startMastodon(accounts: number): Promise<OwnMastodon> {
  const people = Array.from({ length: accounts }, (_, i) => ({
    username: `ada${i + 1}`,
    password: 'four words in a row',
  }))
  const script = fileURLToPath(new URL('./mastodon-process.ts', import.meta.url))
  const child = fork(script, [JSON.stringify(people)])
  const told = async (): Promise<Told> => (await once(child, 'message'))[0] as Told
  const ask = (question: Question): Promise<Told> => {
    const answer = told()
    child.send(question)
    return answer
  }
  const { origin } = await told()
  return {
    origin,
    people,
    async outcomeOf(posts) {
      const { arrivals, seen } = await ask({ look: true })
      return outcome(posts, arrivals, seen)
    },
    async bare({ count, width }) {
      const { tokens } = await ask({ tokens: true })
      const requests = { origin, tokens, count, width, text: `Bare ${Date.now()}` }
      const loop = fork(bareScript, [JSON.stringify(requests)])
      const [since] = (await once(loop, 'message')) as [number]
      const { arrivals } = await ask({ look: true })
      return arrivals
        .filter(({ text }) => text.startsWith(requests.text))
        .map(({ at }) => (at - since) / 1000)
    },
    silence: async (times) => void (await ask({ silence: times })),
    [Symbol.dispose]: () => void child.kill(),
  }
}

function outcome(posts: WavePost[], arrivals: Told['arrivals'], seen: string[]): Outcome {
  const first = new Map<string, number>()
  for (const { text, at } of arrivals) if (!first.has(text)) first.set(text, at)
  const times = new Map<string, number>()
  for (const text of seen) times.set(text, (times.get(text) ?? 0) + 1)
  return {
    late: posts.flatMap(({ text, dueAt }) => {
      const at = first.get(text)
      return at === undefined ? [] : [(at - dueAt) / 1000]
    }),
    published: posts.filter(({ text }) => times.has(text)).length,
    duplicated: posts.filter(({ text }) => (times.get(text) ?? 0) > 1).length,
  }
}

/** Connects all its accounts to a workspace; `api` acts for a person. Returns the ids of the channels. */
export async function connectAccounts(
  api: Client,
  workspaceId: string,
  { origin: server, people }: OwnMastodon,
): Promise<string[]> {
  const ids: string[] = []
  for (const { username: name, password } of people)
    ids.push(await connectMastodon({ api, workspaceId }, { server, name, password }))
  return ids
}
