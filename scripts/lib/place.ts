import { createHash } from 'node:crypto'
import {
  accessSync,
  chmodSync,
  chownSync,
  constants,
  existsSync,
  mkdirSync,
  readFileSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { canReach, unprivilegedUser } from './postgres-binaries.ts'
import { Failure } from './say.ts'

/** Where everything of one instance lies. */
export interface Place {
  data: string
  logs: string
  keyFile: string
  temporalFile: string
  /** Home of the embedded Postgres; usually inside `data`. */
  postgres: string
}

/**
 * Home of the embedded Postgres. When we are root and the data folder lies under a closed one (root's home, say), the
 * user that Postgres runs as cannot walk there; then it lives in /var/lib, and a note in the data folder names the place.
 */
function postgresHome(data: string): string {
  const note = join(data, 'postgres-home')
  if (existsSync(note)) return readFileSync(note, 'utf8').trim()
  if (canReach(data, unprivilegedUser())) return join(data, 'postgres')
  const name = createHash('sha256').update(data).digest('hex').slice(0, 12)
  const home = join('/var/lib/postaura', name)
  mkdirSync(home, { recursive: true, mode: 0o711 })
  letThrough(home)
  writeFileSync(note, `${home}\n`)
  return home
}

/** Nobody else may look into the data folder; as root, the group of Postgres' user may walk through it to its home. */
function letThrough(data: string): void {
  const user = unprivilegedUser()
  if (user) chownSync(data, 0, user.gid)
  chmodSync(data, user ? 0o710 : 0o700)
}

/** Makes the data folder where there is none and says where its parts lie. */
export function openPlace(data: string, embeddedPostgres: boolean): Place {
  try {
    mkdirSync(data, { recursive: true, mode: 0o700 })
    accessSync(data, constants.W_OK)
    letThrough(data)
  } catch (error) {
    throw new Failure(
      `The data folder ${data} cannot be written: ${(error as Error).message}`,
      'make it writable for this user, or name another with --data DIR',
    )
  }
  return {
    data,
    logs: join(data, 'logs'),
    keyFile: join(data, 'keys.env'),
    temporalFile: join(data, 'temporal.db'),
    postgres: embeddedPostgres ? postgresHome(data) : join(data, 'postgres'),
  }
}
