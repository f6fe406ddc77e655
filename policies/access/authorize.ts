/**
 * Asks Casbin whether a caller may do something to an object, from the reviewed files beside this one. Deny by default; a question about a
 * permission that the policy has never heard of is a mistake in the code and throws; a policy that cannot be read or allows nothing refuses
 * to start.
 */
import { readFile } from 'node:fs/promises'
import { newEnforcer, newModelFromString, StringAdapter, type Enforcer } from 'casbin'
import { linesOf, readGrants, type Grant, type Grants } from './grants.ts'

/** Who asks, as far as a rule looks at it. */
export interface Asking {
  person: string | null
  /** Clients of an agency's workspace that the caller works for; empty: all. */
  clients?: readonly string[]
}

/** What is asked about, as far as a rule looks at it. Empty for something that is about to be made, and for a whole kind. */
export interface Attributes {
  /** `private`: a draft that its author has not shared yet. */
  visibility?: 'workspace' | 'private'
  createdBy?: string | null
}

/** What has to be given besides the right. */
export type Obligation = 'fresh_proof' | 'second_person'

export type Decision =
  | { allowed: true; obligations: readonly Obligation[] }
  /** `grant`: the caller does not hold the permission. `rule`: not for this object. */
  | { allowed: false; lacks: 'grant' | 'rule' }

export interface Question {
  grant: Grant
  /** As `post.approve`. */
  permission: string
  caller: Asking
  object: Attributes
}

export interface Policy extends Grants {
  decide(question: Question): Decision
  /** Every permission that the policy names, sorted. */
  permissions: readonly string[]
  /** Name of the engine in force, for people. */
  engine: string
}

/** Rules by name: conditions on the object's attributes. `visible` in api/resources.ts says the same in SQL; a test compares them. */
const rules: Record<string, (caller: Asking, object: Attributes) => boolean> = {
  any: () => true,
  seen: ({ person }, { visibility, createdBy }) =>
    visibility !== 'private' || (person !== null && createdBy === person),
}
const obligations = ['none', 'fresh_proof', 'second_person']

export interface PolicyTexts {
  model?: string
  policy?: string
  grants?: string
}

const here = (name: string): Promise<string> => readFile(new URL(name, import.meta.url), 'utf8')

/** The policy of the files beside this one, or of the texts handed in. */
export async function openPolicy(texts: PolicyTexts = {}): Promise<Policy> {
  const model = texts.model ?? (await here('model.conf'))
  const lines = readLines(texts.policy ?? (await here('policy.csv')))
  const permissions = [...new Set(lines.map(([, permission]) => permission!))].sort()
  if (permissions.length === 0) throw new Error('the access policy is empty')
  const grants = readGrants(texts.grants ?? (await here('grants.csv')), permissions)
  // The enforcer is made once and never reloaded: Casbin answers wrongly while it reloads.
  const csv = lines.map((line) => line.join(', ')).join('\n')
  const enforcer = await newEnforcer(newModelFromString(model), new StringAdapter(csv))
  await enforcer.addFunction('holds', (grant: Grant, permission: string) => grant.has(permission))
  await enforcer.addFunction('applies', (rule: string, caller: Asking, object: Attributes) =>
    rules[rule]!(caller, object),
  )
  return {
    ...grants,
    permissions,
    decide: (question) => decide(enforcer, permissions, question),
    engine: 'Casbin, embedded',
  }
}

function decide(
  enforcer: Enforcer,
  permissions: readonly string[],
  { grant, permission, caller, object }: Question,
): Decision {
  if (!permissions.includes(permission))
    throw new Error(`the access policy does not know ${permission}`)
  const [allowed, line] = enforcer.enforceExSync(grant, permission, caller, object)
  if (!allowed) return { allowed: false, lacks: grant.has(permission) ? 'rule' : 'grant' }
  const obligation = line[2]
  return {
    allowed: true,
    obligations: obligation && obligation !== 'none' ? [obligation as Obligation] : [],
  }
}

/** Lines of the policy as words, of which every rule, obligation and effect is known. */
function readLines(text: string): string[][] {
  const lines = linesOf(text, 5)
  for (const [kind, , rule, obligation, effect] of lines) {
    if (kind !== 'p') throw new Error(`the access policy knows lines of kind p, not ${kind}`)
    if (!Object.hasOwn(rules, rule!)) throw new Error(`the access policy has no rule ${rule}`)
    if (!obligations.includes(obligation!))
      throw new Error(`the access policy has no obligation ${obligation}`)
    if (effect !== 'allow' && effect !== 'deny')
      throw new Error(`the access policy knows allow and deny, not ${effect}`)
  }
  return lines
}
