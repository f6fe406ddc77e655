/** Members with what their role lets them do. In a unit of work of the workspace. */
import type { Policy } from '../../policies/access/authorize.ts'
import { grantOf, type Grant } from '../../policies/access/grants.ts'
import type { Context } from '../platform/context.ts'
import { rows } from '../platform/db.ts'

interface Member {
  personId: string
  role: string
  grant: Grant
}

/** Every member of a workspace, in the order of their ids; `lock`: nobody joins or leaves until the unit of work ends. */
export async function membersOf(
  { policy }: Pick<Context, 'policy'>,
  workspaceId: string,
  { lock = false }: { lock?: boolean } = {},
): Promise<Member[]> {
  const found = await rows<{ person_id: string; role: string; permissions: string[] | null }>(
    `select m.person_id, m.role, r.permissions from memberships m
     left join roles r on r.workspace_id = m.workspace_id and r.name = m.role
     where m.workspace_id = $1 order by m.person_id${lock ? ' for update of m' : ''}`,
    [workspaceId],
  )
  return found.map(({ person_id: personId, role, permissions }) => ({
    personId,
    role,
    grant: grantOf(policy, role, permissions),
  }))
}

/** The role of whoever makes a workspace: the first of the policy's roles that holds everything. */
export function foundersRole(policy: Policy): string {
  const all = policy.roles.find((role) =>
    policy.permissions.every((permission) => policy.ofRole(role).has(permission)),
  )
  if (!all) throw new Error('no role of the access policy holds every permission')
  return all
}
