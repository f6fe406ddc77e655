/** What becomes of a campaign's posts when it is written again. In a unit of work, on a locked campaign. */
import type { DraftsChoice } from '#contract/generation/runs.ts'
import { Problem } from '#contract/platform/problems.ts'
import { slotsOf } from './estimate.ts'
import type { Context } from '../platform/context.ts'
import { rows } from '../platform/db.ts'
import { erasePosts } from '../publishing/deletion.ts'
import type { Campaign } from '../campaigns/models/campaign.ts'
import { resolveWhen } from '../platform/time.ts'
import { uuidv7 } from '../platform/uuid.ts'
import { slotsWithout } from '../writer/slots.ts'
import type { Slot } from '../writer/types.ts'

/** The slots that the next run writes. Throws `conflict` when each has a post already. */
export async function slotsToWrite(
  ctx: Pick<Context, 'now'>,
  campaign: Campaign,
  drafts: DraftsChoice,
): Promise<Slot[]> {
  const all = slotsOf(campaign.brief, ctx.now())
  if (drafts === 'keep') return all
  if (drafts === 'replace') await deleteDrafts(ctx, campaign)
  const taken = await instantsTaken(campaign.id)
  const left = slotsWithout(all, (slot) => taken.has(instantOf(slot)))
  if (left.length === 0)
    throw new Problem(
      'conflict',
      'Every time of this campaign has a post already. Change its dates or posts a week in the brief.',
    )
  return left
}

/** Drafts that earlier runs wrote, that nobody approved and that nothing was ever sent of. Posts that people added stay. */
async function deleteDrafts(ctx: Pick<Context, 'now'>, campaign: Campaign): Promise<void> {
  const drafts = await rows<{ id: string }>(
    `select id from posts where campaign_id = $1 and run_id is not null and state in ('draft', 'in_review', 'changes_requested')
       and not exists (select 1 from deliveries d where d.post_id = posts.id and d.state <> 'cancelled') order by id for update`,
    [campaign.id],
  )
  const postIds = drafts.map(({ id }) => id)
  if (postIds.length === 0) return
  await erasePosts(campaign.workspaceId, postIds, uuidv7(ctx.now().getTime()))
}

/** Instants at which a post stands, and those for which one was written that was moved since. */
async function instantsTaken(campaignId: string): Promise<Set<number>> {
  const posts = await rows<{ publish_at: Date | null; slot: Slot | null }>(
    `select p.publish_at, r.slots -> p.slot_index as slot from posts p left join runs r on r.id = p.run_id where p.campaign_id = $1`,
    [campaignId],
  )
  return new Set(
    posts.flatMap(({ publish_at, slot }) => [
      ...(publish_at ? [new Date(publish_at).getTime()] : []),
      ...(slot ? [instantOf(slot)] : []),
    ]),
  )
}

const instantOf = ({ wallTime, timeZone }: Slot): number =>
  resolveWhen({ wallTime, timeZone }).publishAt.getTime()
