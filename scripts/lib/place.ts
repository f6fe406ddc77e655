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
import { dirname, join } from 'node:path'
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

const noteOf = (data: string): string => join(data, 'postgres-home')

/** Where the parts of the instance in `data` lie, or would lie. Makes nothing. */
export function placeOf(data: string): Place {
  const note = noteOf(data)
  return {
    data,
    logs: join(data, 'logs'),
    keyFile: join(data, 'keys.env'),
    temporalFile: join(data, 'temporal.db'),
    postgres: existsSync(note) ? readFileSync(note, 'utf8').trim() : join(data, 'postgres'),
  }
}

/**
 * When we are root and the data folder lies under a closed one (root's home, say), the user that Postgres runs as cannot
 * walk there; then Postgres lives in /var/lib, and a note in the data folder names the place.
 */
function settlePostgres(data: string): void {
  if (existsSync(noteOf(data)) || canReach(data, unprivilegedUser())) return
  const name = createHash('sha256').update(data).digest('hex').slice(0, 12)
  const home = join('/var/lib/postaura', name)
  mkdirSync(home, { recursive: true })
  // Whatever our umask: anybody may walk through the upper one, Postgres' group through the lower one.
  chmodSync(dirname(home), 0o711)
  letThrough(home)
  writeFileSync(noteOf(data), `${home}\n`)
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
  if (embeddedPostgres) settlePostgres(data)
  return placeOf(data)
}
