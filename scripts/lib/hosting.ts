export interface Hosting {
  host: string
  /** Whether others than this machine can reach it. */
  beyondLoopback: boolean
  /** What has to be set before it may listen there; empty when all is well. */
  problems: string[]
}

const isLoopback = (host: string): boolean =>
  host === 'localhost' || host === '::1' || /^127(\.\d{1,3}){3}$/.test(host)

/** What must be known before strangers can reach the instance, and why. */
const demands: { when: (env: NodeJS.ProcessEnv) => boolean; text: string }[] = [
  {
    when: (env) => !env.PUBLIC_URL?.startsWith('https://'),
    text: 'PUBLIC_URL, the https:// address that people type: passwords and cookies must not travel in the clear',
  },
  {
    when: (env) => !env.TRUST_PROXY,
    text: 'TRUST_PROXY, the address of the proxy that ends TLS in front of PostAura (the compose file brings one)',
  },
  {
    when: (env) => !env.CONTROLLER_NAME,
    text: 'CONTROLLER_NAME, who is responsible for the data: it stands in the privacy policy, the footer and mails',
  },
  {
    when: (env) => !env.CONTROLLER_ADDRESS,
    text: 'CONTROLLER_ADDRESS, their postal address, for the same places',
  },
]

/** Where to listen, and what is missing for listening there. Without HOST it is 127.0.0.1, and nothing is demanded. */
export function hostingOf(env: NodeJS.ProcessEnv): Hosting {
  const host = env.HOST || '127.0.0.1'
  const beyondLoopback = !isLoopback(host)
  const problems = beyondLoopback
    ? demands.filter(({ when }) => when(env)).map(({ text }) => text)
    : []
  return { host, beyondLoopback, problems }
}
