import { randomBytes } from 'node:crypto'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'

/** Names of the values in the key file; they are the variables that `core/platform/config.ts` and the launcher read. */
export interface Secrets {
  /** Comma separated, newest first. Losing them makes every sealed token unreadable. */
  FERNET_KEYS: string
  ROTATION_KEY: string
  SETUP_TOKEN: string
  POSTGRES_ADMIN_PASSWORD: string
  /** Of the login that owns the schema. */
  POSTGRES_PASSWORD: string
  /** Of the login of the running product. */
  POSTGRES_RUNTIME_PASSWORD: string
}

/** A Fernet key is 32 bytes in URL-safe base64 with its padding. */
export const fernetKey = (): string =>
  randomBytes(32).toString('base64').replaceAll('+', '-').replaceAll('/', '_')

const token = (): string => randomBytes(32).toString('base64url')

const makers: Record<keyof Secrets, () => string> = {
  FERNET_KEYS: fernetKey,
  ROTATION_KEY: token,
  SETUP_TOKEN: token,
  POSTGRES_ADMIN_PASSWORD: token,
  POSTGRES_PASSWORD: token,
  POSTGRES_RUNTIME_PASSWORD: token,
}

export const freshSecrets = (): Secrets =>
  Object.fromEntries(
    Object.entries(makers).map(([name, make]) => [name, make()]),
  ) as unknown as Secrets

const head = `# Keys of this PostAura. Back this file up, apart from the data: without it, sealed tokens cannot be read.
# Never commit it.
`

const parse = (text: string): Partial<Secrets> =>
  Object.fromEntries(
    text
      .split('\n')
      .filter((line) => line && !line.startsWith('#'))
      .map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]),
  )

/** What the key file holds; empty when there is none. */
export const readSecrets = (file: string): Partial<Secrets> =>
  existsSync(file) ? parse(readFileSync(file, 'utf8')) : {}

/**
 * Reads the key file, making it (mode 0600) when there is none, and adding what an older one lacks.
 */
export function ensureSecrets(file: string): { secrets: Secrets; made: boolean } {
  const had = readSecrets(file)
  const secrets = { ...freshSecrets(), ...had }
  const made = Object.keys(makers).some((name) => !(name in had))
  if (made) {
    const lines = Object.entries(secrets).map(([name, value]) => `${name}=${value}`)
    writeFileSync(file, `${head}${lines.join('\n')}\n`, { mode: 0o600 })
  }
  return { secrets, made }
}
