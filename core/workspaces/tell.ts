/** Who is told of something: the members whose role lets them do something about it. */
import type { Context } from '../platform/context.ts'
import { membersOf } from './members.ts'
import { queueMail, type NewMail } from '../platform/mail.ts'

export interface Told extends Pick<
  NewMail,
  'subject' | 'body' | 'dedupe' | 'bundle' | 'collectMs'
> {
  workspaceId: string
  /** Resource and action as in policies/access/policy.csv: whoever may do this is told. */
  may: readonly [resource: string, action: string]
}

/** Queues one mail a person, in the current unit of work of the workspace. */
export async function tell(
  ctx: Pick<Context, 'policy' | 'now'>,
  { workspaceId, may: [resource, action], ...mail }: Told,
): Promise<void> {
  for (const { personId, grant } of await membersOf(ctx, workspaceId)) {
    const question = { grant, permission: `${resource}.${action}`, caller: { person: personId } }
    if (ctx.policy.decide({ ...question, object: {} }).allowed)
      await queueMail({ ...mail, personId, workspaceId, class: 'service' }, ctx.now())
  }
}
