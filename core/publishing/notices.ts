/** Who is told when a post did not go out: owners and editors of its workspace, once per delivery and attempt, in the ledger's unit of work. */
import type { Config } from './config.ts'
import { rows } from './db.ts'
import { queueMail } from './mail.ts'
import type { Standing } from './ledger-move.ts'

export type Trouble = 'failed' | 'missed' | 'unconfirmed'

const said: Record<Trouble, { subject: string; todo: string }> = {
  failed: { subject: 'was not published', todo: 'See what to do, and try again:' },
  missed: { subject: 'missed its time', todo: 'Publish it now, or choose another time:' },
  unconfirmed: {
    subject: 'may or may not be published',
    todo: 'Look at what the network shows, and decide:',
  },
}

export const postUrl = (
  config: Pick<Config, 'publicUrl'>,
  workspaceId: string,
  postId: string,
): string => `${config.publicUrl}/w/${workspaceId}/posts/${postId}`

/** Queues one mail per person who may act. `detail` is the sentence that the product shows. */
export async function tellTrouble(
  ctx: { config: Pick<Config, 'publicUrl'>; now(): Date },
  delivery: Standing & { channelId: string },
  trouble: Trouble,
  detail: string,
): Promise<void> {
  const people = await rows<{
    person_id: string
    channel: string
    title: string
    workspace: string
  }>(
    `select m.person_id, c.name as channel, p.title, w.name as workspace from memberships m join workspaces w on w.id = m.workspace_id, channels c, posts p
     where m.workspace_id = $1 and m.role in ('owner', 'editor') and c.id = $2 and p.id = $3`,
    [delivery.workspaceId, delivery.channelId, delivery.postId],
  )
  const link = postUrl(ctx.config, delivery.workspaceId, delivery.postId)
  for (const { person_id, channel, title, workspace } of people)
    await queueMail(
      {
        personId: person_id,
        workspaceId: delivery.workspaceId,
        class: 'service',
        subject: `${title || 'A post'} ${said[trouble].subject} on ${channel}`,
        body: `Post: ${title || 'without a title'}\nChannel: ${channel}\n\n${detail}\n\n${said[trouble].todo}\n${link}`,
        // What breaks for one post often breaks for many at once.
        bundle: `posts in ${workspace} need you`,
        dedupe: `delivery:${delivery.id}:${delivery.generation}:${delivery.attempt}:${trouble}`,
      },
      ctx.now(),
    )
}
