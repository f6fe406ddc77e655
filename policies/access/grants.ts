/** Which permissions roles and scopes hold, from the reviewed file `grants.csv`. */

export interface Grants {
  /** Permissions of a role of the file; empty for one that it does not know. */
  ofRole(role: string): ReadonlySet<string>
  /** Permissions of an API key's scopes together; unknown ones hold none. */
  ofScopes(scopes: readonly string[]): ReadonlySet<string>
  roles: readonly string[]
  scopes: readonly string[]
}

/** One caller's permissions in one workspace: those of the role, cut down to the scopes of a key where there is one. */
export type Grant = ReadonlySet<string>

const none: Grant = new Set()

/** Reads the file's text. Throws on a line that cannot be read, and on permissions that `known` does not have. */
export function readGrants(text: string, known: readonly string[]): Grants {
  const lines = linesOf(text, 3)
  const sets = gather(lines, 'set')
  for (const permission of [...sets.values()].flat())
    if (!known.includes(permission))
      throw new Error(`a set holds ${permission}, which no line of the policy allows`)
  const held = (kind: string) =>
    new Map(
      [...gather(lines, kind)].map(([name, names]) => [
        name,
        new Set(names.flatMap((set) => setOf(sets, set))),
      ]),
    )
  const roles = held('role')
  const scopes = held('scope')
  if (roles.size === 0) throw new Error('the access policy names no role')
  return {
    ofRole: (role) => roles.get(role) ?? none,
    ofScopes: (names) => new Set(names.flatMap((name) => [...(scopes.get(name) ?? none)])),
    roles: [...roles.keys()],
    scopes: [...scopes.keys()],
  }
}

function setOf(sets: Map<string, string[]>, name: string): string[] {
  const found = sets.get(name)
  if (!found) throw new Error(`there is no set ${name}`)
  return found
}

function gather(lines: string[][], wanted: string): Map<string, string[]> {
  const found = new Map<string, string[]>()
  for (const [kind, name, what] of lines)
    if (kind === wanted) found.set(name!, [...(found.get(name!) ?? []), what!])
  const known = ['set', 'role', 'scope']
  const strange = lines.find(([kind]) => !known.includes(kind!))
  if (strange) throw new Error(`the access policy knows ${known.join(', ')}, not ${strange[0]}`)
  return found
}

const word = /^[a-z][a-z_.-]*$/

/** Lines of a policy file as words. Casbin splits and trims leniently, so anything but plain words is refused before it gets there. */
export function linesOf(text: string, length: number): string[][] {
  const lines = text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line && !line.startsWith('#'))
    .map((line) => line.split(',').map((part) => part.trim()))
  for (const line of lines)
    if (line.length !== length || !line.every((part) => word.test(part)))
      throw new Error(`the access policy has a line that cannot be read: ${line.join(', ')}`)
  return lines
}

/** Permissions that are in both: what a role allows, cut down to what a key's scopes allow. */
export const cutDown = (role: Grant, scopes: ReadonlySet<string>): Grant =>
  new Set([...role].filter((permission) => scopes.has(permission)))

/** What a role holds: the permissions of a workspace's own role as far as the policy knows them, else those of the file. */
export const grantOf = (
  policy: Pick<Grants, 'ofRole'> & { permissions: readonly string[] },
  role: string,
  own: readonly string[] | null,
): Grant =>
  own ? new Set(own.filter((name) => policy.permissions.includes(name))) : policy.ofRole(role)
