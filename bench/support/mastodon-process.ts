/** The Mastodon simulator in a process of its own; the one that started it asks by messages. */
import { mastodonSimulator } from '../../test/support/simulators/mastodon.ts'

const people = JSON.parse(process.argv[2] ?? '[]') as { username: string; password: string }[]
const mastodon = await mastodonSimulator({ accounts: people })
process.on('message', () => process.send?.({ arrivals: mastodon.arrivals(), seen: seen() }))
process.on('disconnect', () => process.exit(0))
process.send?.({ origin: mastodon.origin })

/** The texts that anybody can see, one for each status. */
const seen = (): string[] =>
  people.flatMap(({ username }) => mastodon.visible(username).map(({ text }) => text))
