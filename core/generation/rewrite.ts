/** One post written anew with a remark, beside the version it had. The writer is asked between two units of work, never inside one. */
import type { WriterChoice } from '#contract/connections/connections.ts'
import { Problem } from '#contract/platform/problems.ts'
import { RouterError } from '../../llm/errors.ts'
import { change } from '../publishing/planning.ts'
import type { Context } from '../platform/context.ts'
import { rows, type Scope } from '../platform/db.ts'
import {
  channelsOf,
  draftFrom,
  planForOne,
  provenanceFrom,
  manifestsFor,
  saidIn,
  wordsFrom,
} from './drafts.ts'
import { refuseOnceSending } from '../publishing/ledger.ts'
import { Campaign } from '../campaigns/models/campaign.ts'
import type { Post } from '../posts/models/post.ts'
import { Run } from './models/run.ts'
import { findPost, lockPost, type Author } from '../posts/posts.ts'
import { whenAt } from '../platform/time.ts'
import { accessOf } from '../connections/access.ts'
import type { DraftInput } from '../writer/types.ts'
import { writeDraft, writerNetworks, type Access } from '../writer/write.ts'

interface Wanted {
  workspaceId: string
  postId: string
  remark: string
  writer: WriterChoice
  /** What the caller asks of the post before anything is read of it; throws. */
  first(): Promise<void>
}

/**
 * Throws `conflict` without a brief to write from, `already_sending`, `stale` when somebody changed the post meanwhile, `unreachable`
 * while the writer rests, `refused_upstream` when a person has to mend something.
 */
export async function rewrite(
  ctx: Context,
  scope: Scope,
  wanted: Wanted,
  author: Author,
): Promise<void> {
  const { input, access, channels, before } = await ctx.db.tx(scope, () => gather(ctx, wanted))
  const { value, provenance } = await ask(ctx, access, input, channels)
  const { content, ownTexts, note } = wordsFrom(value, input.brief, channels, before)
  await ctx.db.tx(scope, async () => {
    const post = await lockPost(wanted.workspaceId, wanted.postId)
    if (post.contentVersion !== before.contentVersion)
      throw new Problem('stale', 'Somebody changed this post while it was being rewritten.')
    const text = { provenance: provenanceFrom(provenance, note), remark: wanted.remark || null }
    await change(ctx, post, { content, ownTexts }, author, text)
  })
}

async function gather(ctx: Context, { workspaceId, postId, remark, writer, first }: Wanted) {
  await first()
  await findPost(workspaceId, postId)
  await refuseOnceSending(postId)
  const post = await findPost(workspaceId, postId)
  const campaign = post.campaignId && (await Campaign.findByPk(post.campaignId))
  if (!campaign)
    throw new Problem(
      'conflict',
      'This post belongs to no campaign, so there is no brief to write from.',
    )
  const channels = await channelsOf(workspaceId, post.channelIds)
  if (channels.length === 0)
    throw new Problem('conflict', 'Choose a channel first: the words depend on where they appear.')
  const input: DraftInput = {
    brief: campaign.brief,
    ...(await placeOf(ctx, post, campaign)),
    networks: writerNetworks(manifestsFor(channels)),
    said: await saidIn(campaign.id, post.id),
    redraft: { remark, previous: draftFrom(post, channels), times: await timesWritten(post.id) },
  }
  return { input, channels, access: await accessOf(ctx, workspaceId, writer), before: post }
}

async function ask(
  ctx: Context,
  access: Access,
  input: DraftInput,
  channels: Parameters<typeof manifestsFor>[0],
) {
  try {
    return await writeDraft(ctx.llm, access, input, manifestsFor(channels))
  } catch (error) {
    if (!(error instanceof RouterError)) throw error
    if (error.retryAfterMs === null)
      throw new Problem('refused_upstream', error.message, { cause: error })
    const retryAfter = Math.ceil(error.retryAfterMs / 1000)
    // The next whole minute: by then it may be asked.
    const minute = Math.ceil((ctx.now().getTime() + error.retryAfterMs) / 60_000)
    const at = whenAt(new Date(minute * 60_000), input.brief.timeZone)
    const detail = `${error.message} It can be asked again at ${at.wallTime.slice(11)} (${at.timeZone}).`
    throw new Problem('unreachable', detail, { cause: error, retryAfter })
  }
}

/** Where the post stands in its campaign: its run's plan and slots, or a plan for it alone. */
async function placeOf(ctx: Context, post: Post, campaign: Campaign) {
  const run = post.runId && (await Run.findByPk(post.runId))
  if (run && run.plan && post.slotIndex !== null)
    return { plan: run.plan, slots: run.slots, index: post.slotIndex }
  const { wallTime, timeZone } = whenAt(post.publishAt ?? ctx.now(), campaign.brief.timeZone)
  const slot = { wallTime, timeZone, week: 0, index: 0 }
  return { ...planForOne(campaign.brief, slot), index: 0 }
}

/** How many versions writers made so far, so that the next one differs from all of them. */
async function timesWritten(postId: string): Promise<number> {
  const [count] = await rows<{ n: number }>(
    `select count(*)::int as n from post_versions where post_id = $1 and provenance->>'kind' <> 'person'`,
    [postId],
  )
  return Math.max(1, count!.n)
}
