/** Who is told when a post did not go out: whoever may schedule posts in its workspace, once per delivery and attempt, in the ledger's unit of work. */
import { happenings, type Happening } from '#contract/posts/happened.ts'
import type { Config } from '../platform/config.ts'
import type { Context } from '../platform/context.ts'
import { rows } from '../platform/db.ts'
import { tell } from '../workspaces/tell.ts'
import type { Standing } from './move.ts'

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

/** Queues one mail per person who may act. `what` is said as the product shows it. */
export async function tellTrouble(
  ctx: Pick<Context, 'config' | 'now' | 'policy'>,
  delivery: Standing & { channelId: string },
  trouble: Trouble,
  what: Happening,
): Promise<void> {
  const [about] = await rows<{ channel: string; title: string; workspace: string }>(
    `select c.name as channel, p.title, w.name as workspace from workspaces w, channels c, posts p where w.id = $1 and c.id = $2 and p.id = $3`,
    [delivery.workspaceId, delivery.channelId, delivery.postId],
  )
  const { channel, title, workspace } = about!
  const link = postUrl(ctx.config, delivery.workspaceId, delivery.postId)
  await tell(ctx, {
    workspaceId: delivery.workspaceId,
    may: ['post', 'schedule'],
    subject: `${title || 'A post'} ${said[trouble].subject} on ${channel}`,
    body: `Post: ${title || 'without a title'}\nChannel: ${channel}\n\n${happenings.say(what)}\n\n${said[trouble].todo}\n${link}`,
    // What breaks for one post often breaks for many at once.
    bundle: `posts in ${workspace} need you`,
    // What was missed can wait a minute for the others that were missed with it.
    collectMs: trouble === 'missed' ? 60_000 : 0,
    dedupe: `delivery:${delivery.id}:${delivery.generation}:${delivery.attempt}:${trouble}`,
  })
}
