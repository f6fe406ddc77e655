/** Whether a caller may do what an endpoint does: who they are here, what it is about, what the policy says. In the open unit of work. */
import type { Endpoint } from '#contract/platform/endpoint.ts'
import { Problem } from '#contract/platform/problems.ts'
import { actorKey, personOf, type Actor } from '../core/platform/actor.ts'
import type { Context } from '../core/platform/context.ts'
import { rows, type Scope } from '../core/platform/db.ts'
import { isUuid } from '../core/platform/uuid.ts'
import type { Policy } from '../policies/access/authorize.ts'
import { cutDown, grantOf, type Grant } from '../policies/access/grants.ts'
import type { Caller } from './handler-types.ts'
import { refuseUnmet } from './obligations.ts'
import type { Request } from './request.ts'
import { load, resourceOf, type Loaded } from './resources.ts'

type Needs = Pick<Context, 'db' | 'policy' | 'now'>

/** What a unit of work of the caller sees. */
export function scopeOf({ params, actor }: Pick<Request, 'params' | 'actor'>): Scope {
  const person = personOf(actor)
  const workspace = workspaceOf(params)
  return {
    ...(workspace ? { workspace } : {}),
    ...(person ? { person } : {}),
    ...(actor.kind === 'anonymous' ? {} : { actor: actorKey(actor) }),
  }
}

const workspaceOf = ({ workspaceId }: Record<string, string>): string | null =>
  workspaceId && isUuid(workspaceId) ? workspaceId : null

/** The caller in the workspace of the path, with everything that they hold there. */
export async function callerOf(ctx: Needs, request: Request): Promise<Caller> {
  const { actor, params } = request
  const personId = personOf(actor) ?? null
  const { role, grant, operator } = await standingOf(ctx, actor, personId, workspaceOf(params))
  const scope = scopeOf(request)
  return {
    actor,
    personId,
    scope,
    grant,
    operator,
    userAgent: request.headers['user-agent'] ?? '',
    ...(role ? { role } : {}),
    can: (resource, action, object = {}) => {
      const permission = `${resource}.${action}`
      return ctx.policy.decide({ grant, permission, caller: { person: personId }, object }).allowed
    },
    work: (fn) => ctx.db.tx(scope, fn),
  }
}

interface StandingRow {
  role: string | null
  /** Of a role that the workspace made itself. */
  permissions: string[] | null
  operator: boolean
}

const nothing: Grant = new Set()

async function standingOf(
  { policy }: Needs,
  actor: Actor,
  personId: string | null,
  workspaceId: string | null,
) {
  const [found] = personId
    ? await rows<StandingRow>(
        `select m.role, r.permissions, p.operator from persons p
         left join memberships m on m.person_id = p.id and m.workspace_id = $1
         left join roles r on r.workspace_id = m.workspace_id and r.name = m.role
         where p.id = $2`,
        [workspaceId, personId],
      )
    : []
  const elsewhere = actor.kind === 'key' && actor.workspaceId !== workspaceId
  const role = elsewhere ? undefined : (found?.role ?? undefined)
  const held = role ? grantOf(policy, role, found?.permissions ?? null) : nothing
  return {
    role,
    grant: actor.kind === 'key' ? cutDown(held, policy.ofScopes(actor.scopes)) : held,
    operator: actor.kind === 'person' && found?.operator === true,
  }
}

/** Throws unless the caller may. Not a member, or not theirs to see: 404. Seen without the right: 403. Returns what was decided on. */
export async function decide(
  ctx: Needs,
  e: Endpoint,
  { params }: Pick<Request, 'params'>,
  caller: Caller,
): Promise<Loaded | null> {
  if (e.can === 'operator' && !caller.operator)
    throw new Problem('forbidden', 'Only who runs this instance may see this.')
  if (typeof e.can === 'string') return null
  if (!caller.role) throw new Problem('not_found')
  const loaded = await loadFor(params)
  const permission = e.can.join('.')
  const asking = { grant: caller.grant, caller: { person: caller.personId } }
  const object = loaded?.attributes ?? {}
  const decision = ctx.policy.decide({ ...asking, permission, object })
  if (decision.allowed) await refuseUnmet(ctx, caller, decision.obligations)
  else if (decision.lacks === 'rule') throw new Problem('not_found', resourceOf(params)?.gone)
  else throw new Problem('forbidden', lacking(ctx.policy, caller, permission))
  return loaded
}

/** The row that a path is about, unless that is the workspace itself, which membership proves. Throws `not_found`. */
async function loadFor(params: Record<string, string>): Promise<Loaded | null> {
  const resource = resourceOf(params)
  if (!resource || resource.param === 'workspaceId') return null
  const loaded = isUuid(params[resource.param]!) ? await load(resource, params) : null
  if (!loaded) throw new Problem('not_found', resource.gone)
  return loaded
}

/** Says who could, by the roles of the policy that hold the permission. */
function lacking(policy: Policy, { actor, role }: Caller, permission: string): string {
  if (actor.kind === 'key')
    return policy.scopes.some((scope) => policy.ofScopes([scope]).has(permission))
      ? 'This API key’s scopes do not allow it, or the role of whoever made it does not. Scopes are chosen when a key is made.'
      : 'An API key may not do this; a person has to sign in.'
  const may = policy.roles.filter((name) => policy.ofRole(name).has(permission))
  return `The role ${role} does not allow this. Roles that do: ${may.join(', ')}.`
}
