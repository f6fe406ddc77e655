/**
 * Asks Casbin what a role may do, from the reviewed files beside this one. Deny by default; a question about something that the policy
 * has never heard of is a mistake in the code and throws; a policy that cannot be read or allows nothing refuses to start.
 */
import { readFile } from 'node:fs/promises'
import { newEnforcer, newModelFromString, StringAdapter } from 'casbin'

export interface Question {
  role: string
  resource: string
  action: string
}

export interface Policy {
  /** True when the role holds the permission. Throws for an action that no line of the policy names. */
  decide(question: Question): boolean
  /** What a role may do, as `post.approve`, sorted. Empty for a role that is not known. */
  actionsOf(role: string): string[]
  /** Every action that the policy names, sorted. */
  actions: readonly string[]
  roles: readonly string[]
  /** Name of the engine in force, for people. */
  engine: string
}

const word = /^[a-z][a-z_-]*$/
const here = (name: string): Promise<string> => readFile(new URL(name, import.meta.url), 'utf8')

/** The policy of the files beside this one, or of the texts handed in. */
export async function openPolicy(texts: { model?: string; policy?: string } = {}): Promise<Policy> {
  const model = texts.model ?? (await here('model.conf'))
  const lines = readLines(texts.policy ?? (await here('policy.csv')))
  const permissions = lines.filter(([kind]) => kind === 'p').map((l) => [l[2]!, l[3]!] as const)
  const roles = unique(lines.filter(([kind]) => kind === 'g').map(([, role]) => role!))
  const actions = unique(permissions.map(([resource, action]) => `${resource}.${action}`))
  if (actions.length === 0 || roles.length === 0) throw new Error('the access policy is empty')
  // The enforcer is made once and never reloaded: Casbin answers wrongly while it reloads.
  const csv = lines.map((line) => line.join(', ')).join('\n')
  const enforcer = await newEnforcer(newModelFromString(model), new StringAdapter(csv))
  const decide = ({ role, resource, action }: Question): boolean => {
    if (!actions.includes(`${resource}.${action}`))
      throw new Error(`the access policy does not know ${resource}.${action}`)
    return roles.includes(role) && enforcer.enforceSync(role, resource, action)
  }
  const held = new Map(
    roles.map((role) => [
      role,
      actions.filter((name) => {
        const [resource, action] = name.split('.') as [string, string]
        return decide({ role, resource, action })
      }),
    ]),
  )
  return {
    decide,
    actionsOf: (role) => [...(held.get(role) ?? [])],
    actions,
    roles,
    engine: 'Casbin, embedded',
  }
}

/** Lines of the policy as words. Casbin splits and trims leniently, so anything but plain words is refused before it gets there. */
function readLines(text: string): string[][] {
  const lines = text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line && !line.startsWith('#'))
    .map((line) => line.split(',').map((part) => part.trim()))
  for (const line of lines) {
    const length = line[0] === 'p' ? 5 : line[0] === 'g' ? 3 : 0
    if (line.length !== length || !line.every((part) => word.test(part)))
      throw new Error(`the access policy has a line that cannot be read: ${line.join(', ')}`)
    if (line[0] === 'p' && line[4] !== 'allow' && line[4] !== 'deny')
      throw new Error(`the access policy knows allow and deny, not ${line[4]}`)
  }
  return lines
}

const unique = (words: string[]): string[] => [...new Set(words)].sort()
