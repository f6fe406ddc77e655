/** The Mastodon simulator in a process of its own; the one that started it asks by messages. */
import { mastodonSimulator } from '../../test/support/simulators/mastodon.ts'
import type { Arrival } from '../../test/support/simulators/mastodon-state.ts'

export type Question = { look: true } | { tokens: true } | { silence: number }

export interface Told {
  origin: string
  /** Every request to post. */
  arrivals: Arrival[]
  /** The texts that anybody can see, one for each status. */
  seen: string[]
  /** One for each account. */
  tokens: string[]
}

const people = JSON.parse(process.argv[2] ?? '[]') as { username: string; password: string }[]
const mastodon = await mastodonSimulator({ accounts: people })
const { origin } = mastodon
const none: Told = { origin, arrivals: [], seen: [], tokens: [] }
const seen = () => people.flatMap(({ username }) => mastodon.visible(username).map((s) => s.text))
const foreverMs = 2 ** 31 - 1

process.on('message', (question: Question) => process.send?.(answer(question)))
process.on('disconnect', () => process.exit(0))
process.send?.(none)

function answer(question: Question): Told {
  if ('look' in question) return { ...none, arrivals: mastodon.arrivals(), seen: seen() }
  if ('tokens' in question)
    return { ...none, tokens: people.map(({ username }) => mastodon.token(username)) }
  for (let i = 0; i < question.silence; i += 1)
    mastodon.faults.add({ kind: 'slow', on: 'publish', delayMs: foreverMs })
  return none
}
