/** Members of a workspace and their roles. A workspace never loses its last owner. */
import type { z } from 'zod'
import type { Member as MemberShape, workspaces } from '#contract/workspaces/workspaces.ts'
import { fieldProblem, Problem } from '#contract/platform/problems.ts'
import { rows } from '../../core/platform/db.ts'
import { Membership } from '../../core/workspaces/models/membership.ts'
import type { Handlers } from '../handler-types.ts'

type Table = Pick<
  Handlers<typeof workspaces>,
  'listMembers' | 'addMember' | 'updateMember' | 'removeMember'
>
type MemberOut = z.input<typeof MemberShape>

export const memberHandlers: Table = {
  async listMembers(_ctx, { params }) {
    return { data: await membersOut(params.workspaceId) }
  },

  async addMember(ctx, { params, body }) {
    const { workspaceId } = params
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

  async updateMember(_ctx, { params, body }) {
    const member = await lockMember(params)
    if (body.role !== 'owner') await refuseLastOwner(member, 'Make somebody else an owner first.')
    await member.update({ role: body.role })
    return memberOut(params.workspaceId, params.personId)
  },

  async removeMember(_ctx, { params }) {
    const member = await lockMember(params)
    await refuseLastOwner(member, 'Make somebody else an owner before this one leaves.')
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

/** All owners are locked together, so that two of them cannot remove each other at one time. */
async function lockMember({ workspaceId, personId }: Named): Promise<Membership> {
  await rows(
    `select person_id from memberships where workspace_id = $1 and (role = 'owner' or person_id = $2) order by person_id for update`,
    [workspaceId, personId],
  )
  const member = await Membership.findOne({ where: { workspaceId, personId } })
  if (!member) throw new Problem('not_found', 'This person is not a member.')
  return member
}

async function refuseLastOwner(member: Membership, advice: string): Promise<void> {
  if (member.role !== 'owner') return
  const owners = await Membership.count({
    where: { workspaceId: member.workspaceId, role: 'owner' },
  })
  if (owners === 1) throw new Problem('conflict', `A workspace needs an owner. ${advice}`)
}
