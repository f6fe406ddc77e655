/** Members of a workspace and their roles. A workspace never loses the last one who may manage them. */
import type { z } from 'zod'
import type { Member as MemberShape, workspaces } from '#contract/workspaces/workspaces.ts'
import { fieldProblem, Problem } from '#contract/platform/problems.ts'
import { rows } from '../../core/platform/db.ts'
import { Membership } from '../../core/workspaces/models/membership.ts'
import { membersOf } from '../../core/workspaces/members.ts'
import type { Context } from '../../core/platform/context.ts'
import { grantOf, type Grant } from '../../policies/access/grants.ts'
import type { Caller, Handlers } from '../handler-types.ts'

type Table = Pick<
  Handlers<typeof workspaces>,
  'listMembers' | 'addMember' | 'updateMember' | 'removeMember'
>
type MemberOut = z.input<typeof MemberShape>

export const memberHandlers: Table = {
  async listMembers(_ctx, { params }) {
    return { data: await membersOut(params.workspaceId) }
  },

  async addMember(ctx, { params, body }, caller) {
    const { workspaceId } = params
    await refuseRole(ctx, workspaceId, body.role, caller)
    const [found] = await rows<{ id: string | null }>('select person_by_email($1) as id', [
      body.email,
    ])
    if (!found?.id)
      throw fieldProblem(
        '/email',
        'Nobody with this address has an account here yet. Ask them to register first.',
      )
    const personId = found.id
    if (await Membership.findOne({ where: { workspaceId, personId } }))
      throw new Problem('conflict', `${body.email} is a member already.`)
    await Membership.create({ workspaceId, personId, role: body.role, createdAt: ctx.now() })
    return memberOut(workspaceId, personId)
  },

  async updateMember(ctx, { params, body }, caller) {
    const grant = await refuseRole(ctx, params.workspaceId, body.role, caller)
    const member = await lockMember(ctx, params)
    if (!grant.has(managing)) await refuseLast(ctx, member)
    await member.update({ role: body.role })
    return memberOut(params.workspaceId, params.personId)
  },

  async removeMember(ctx, { params }) {
    const member = await lockMember(ctx, params)
    await refuseLast(ctx, member)
    await member.destroy()
  },
}

async function membersOut(workspaceId: string, personId?: string): Promise<MemberOut[]> {
  const found = await rows<Omit<MemberOut, 'since'> & { since: Date }>(
    `select p.id as "personId", p.name, p.email, m.role, m.created_at as since
     from memberships m join persons p on p.id = m.person_id
     where m.workspace_id = $1 and ($2::uuid is null or p.id = $2::uuid) order by m.created_at, p.id`,
    [workspaceId, personId ?? null],
  )
  return found.map((member) => ({ ...member, since: new Date(member.since).toISOString() }))
}

async function memberOut(workspaceId: string, personId: string): Promise<MemberOut> {
  const [member] = await membersOut(workspaceId, personId)
  if (!member) throw new Error('a member that was written cannot be read')
  return member
}

interface Named {
  workspaceId: string
  personId: string
}

const managing = 'member.manage'

/** What a role holds, once it is known that there is one and that the caller holds as much. */
async function refuseRole(
  { policy }: Context,
  workspaceId: string,
  role: string,
  caller: Caller,
): Promise<Grant> {
  const own = await rows<{ name: string; permissions: string[] }>(
    'select name, permissions from roles where workspace_id = $1 order by name',
    [workspaceId],
  )
  const names = [...policy.roles, ...own.map(({ name }) => name)]
  if (!names.includes(role))
    throw fieldProblem('/role', `There is no role ${role}. There are: ${names.join(', ')}.`)
  const grant = grantOf(policy, role, own.find(({ name }) => name === role)?.permissions ?? null)
  if (![...grant].every((permission) => caller.grant.has(permission)))
    throw new Problem('forbidden', `The role ${role} may more than you may give.`)
  return grant
}

/** All members are locked together, so that two who manage them cannot remove each other at one time. */
async function lockMember(ctx: Context, { workspaceId, personId }: Named): Promise<Membership> {
  await membersOf(ctx, workspaceId, { lock: true })
  const member = await Membership.findOne({ where: { workspaceId, personId } })
  if (!member) throw new Problem('not_found', 'This person is not a member.')
  return member
}

/** Throws `conflict` when nobody but this member may manage the workspace's members. */
async function refuseLast(ctx: Context, { workspaceId, personId }: Membership): Promise<void> {
  const members = await membersOf(ctx, workspaceId)
  const managers = members.filter(({ grant }) => grant.has(managing))
  if (managers.length === 1 && managers[0]!.personId === personId)
    throw new Problem(
      'conflict',
      'A workspace needs somebody who manages its members. Give somebody else such a role first.',
    )
}
