import { parseArgs } from 'node:util'
import { manifestOf } from '../networks/manifests.ts'
import { blueskySimulator } from '../test/support/simulators/bluesky.ts'
import { mastodonSimulator } from '../test/support/simulators/mastodon.ts'
import { explain, Failure } from './lib/say.ts'

const usage = 'npm run simulators -- [--port N] [--json]'
/** Mastodon listens here and Bluesky on the next one: always the same, so that they can stand in `.env`. */
const usualPort = 4600

const ada = { username: 'ada', handle: 'ada.test', password: 'ada-password' }

/** What a person types, and where the posts are then seen. */
interface Ready {
  mastodon: { server: string; name: string; password: string; page: string }
  bluesky: { handle: string; appPassword: string; server: string; page: string }
  env: { ALLOW_PRIVATE_ORIGINS: string }
}

function readArguments() {
  try {
    const { values } = parseArgs({
      options: { json: { type: 'boolean', default: false }, port: { type: 'string' } },
    })
    const port = values.port === undefined ? usualPort : Number(values.port || NaN)
    if (!Number.isInteger(port) || port < 0 || port > 65_534)
      throw new Error(`${values.port} is not a port`)
    return { json: values.json, port }
  } catch (error) {
    throw new Failure((error as Error).message, usage)
  }
}

/** A taken port is said, never replaced: what stands in `.env` must go on being true. */
async function listening<T>(port: number, open: (port: number) => Promise<T>): Promise<T> {
  try {
    return await open(port)
  } catch (error) {
    if ((error as { code?: string }).code !== 'EADDRINUSE') throw error
    throw new Failure(`Port ${port} is taken`, `npm run simulators -- --port ${port + 10}`)
  }
}

async function open(port: number) {
  const mastodon = await listening(port, (at) =>
    mastodonSimulator({
      port: at,
      accounts: [{ username: ada.username, password: ada.password, name: 'Ada Example' }],
    }),
  )
  const bluesky = await listening(port && port + 1, (at) =>
    blueskySimulator({ port: at, accounts: [{ handle: ada.handle, password: ada.password }] }),
  )
  const ready: Ready = {
    mastodon: {
      server: mastodon.origin,
      name: ada.username,
      password: ada.password,
      page: `${mastodon.origin}/@${ada.username}`,
    },
    bluesky: {
      handle: ada.handle,
      appPassword: ada.password,
      server: bluesky.origin,
      page: `${bluesky.origin}/profile/${ada.handle}`,
    },
    env: { ALLOW_PRIVATE_ORIGINS: `${mastodon.origin},${bluesky.origin}` },
  }
  return { ready, close: () => Promise.all([mastodon.close(), bluesky.close()]) }
}

/** The fields of a connect page, by the labels that stand there. */
function typed(
  network: string,
  method: string,
  values: Record<string, string>,
): [string, string][] {
  const fields = manifestOf(network)?.connect[method]?.fields ?? []
  return fields.flatMap(({ name, label }) => (values[name] ? [[label, values[name]]] : []))
}

function guide({ mastodon, bluesky, env }: Ready): string {
  const { oauth } = manifestOf('mastodon')!.connect
  const { app_password: appPassword } = manifestOf('bluesky')!.connect
  const rows = (pairs: [string, string][]) =>
    pairs.map(([name, value]) => `    ${name.padEnd(36)} ${value}`).join('\n')
  return `
Two networks to try PostAura on without an account. They are as strict as the real ones and keep everything in memory:
what was posted, and the accounts' consent, end with them.

1. Start PostAura so that it may call them; or put what stands before "npm start" into .env:

    ALLOW_PRIVATE_ORIGINS=${env.ALLOW_PRIVATE_ORIGINS} npm start

2. Channels, Mastodon: "${oauth!.title}"

${rows([
  ...typed('mastodon', 'oauth', { server: mastodon.server }),
  ['Name, on the page that follows', mastodon.name],
  ['Password, on the page that follows', mastodon.password],
])}

3. Channels, Bluesky: "${appPassword!.title}". The server says where the account is, so nothing is looked up elsewhere.

${rows(
  typed('bluesky', 'app_password', {
    handle: bluesky.handle,
    password: bluesky.appPassword,
    server: bluesky.server,
  }),
)}

4. What you publish is seen here:

${rows([
  ['Mastodon', mastodon.page],
  ['Bluesky', bluesky.page],
])}

Ctrl-C ends them.
`
}

/** Ends on a signal, and when whoever started us is gone: nobody would see them run on. */
function endWith(close: () => Promise<unknown>): void {
  let ending = false
  const end = () => {
    if (ending) return
    ending = true
    void close().then(() => process.exit(0))
  }
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, end)
  const parent = Number(process.env.POSTAURA_PARENT)
  if (process.ppid === parent) setInterval(() => process.ppid !== parent && end(), 1_000).unref()
}

try {
  const args = readArguments()
  const { ready, close } = await open(args.port)
  endWith(close)
  process.stdout.write(args.json ? `${JSON.stringify(ready)}\n` : guide(ready))
} catch (error) {
  explain(error)
  process.exit(1)
}
