/** Who is told of something: the members whose role lets them do something about it. */
import type { Context } from '../platform/context.ts'
import { rows } from '../platform/db.ts'
import { queueMail, type NewMail } from '../platform/mail.ts'

export interface Told extends Pick<NewMail, 'subject' | 'body' | 'dedupe' | 'bundle'> {
  workspaceId: string
  /** Resource and action as in policies/access/policy.csv: whoever may do this is told. */
  may: readonly [resource: string, action: string]
}

/** Queues one mail a person, in the current unit of work of the workspace. */
export async function tell(
  ctx: Pick<Context, 'policy' | 'now'>,
  { workspaceId, may: [resource, action], ...mail }: Told,
): Promise<void> {
  const members = await rows<{ person_id: string; role: string }>(
    'select person_id, role from memberships where workspace_id = $1 order by person_id',
    [workspaceId],
  )
  for (const { person_id: personId, role } of members)
    if (ctx.policy.decide({ role, resource, action }))
      await queueMail({ ...mail, personId, workspaceId, class: 'service' }, ctx.now())
}
