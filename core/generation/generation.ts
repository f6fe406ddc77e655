/**
 * Writing a campaign, step by step. Each step reads the present state, asks the writer outside any unit of work, and writes what came back
 * unless the run was stopped meanwhile; doing a step again changes nothing.
 */
import { addCosts } from '../../llm/cost.ts'
import type { RouterError } from '../../llm/errors.ts'
import type { Cost } from '../../llm/types.ts'
import type { Context } from '../platform/context.ts'
import { channelsOf, provenanceFrom, manifestsFor, saidIn, wordsFrom } from './drafts.ts'
import { Campaign } from '../campaigns/models/campaign.ts'
import { Post } from '../posts/models/post.ts'
import { Run } from './models/run.ts'
import { insertPost } from '../posts/posts.ts'
import { notStuck, openStates } from './runs.ts'
import { accessOf } from '../connections/access.ts'
import { planSlots } from '../writer/slots.ts'
import { writeDraft, writePlan, writerNetworks } from '../writer/write.ts'

export interface RunRef {
  runId: string
  workspaceId: string
}

type Needs = Pick<Context, 'db' | 'llm' | 'now' | 'vault'>

const scopeOf = ({ workspaceId }: RunRef) => ({ workspace: workspaceId })

/** The run with its campaign, while it is still to be written; null once it was stopped or deleted. In a unit of work. */
async function openRun({ runId }: RunRef, options: { lock?: boolean } = {}) {
  const run = await Run.findByPk(runId, options)
  const campaign =
    run && openStates.includes(run.state) && (await Campaign.findByPk(run.campaignId))
  return run && campaign && !campaign.deleting ? { run, campaign } : null
}

/** Plans the campaign once: its slots, then its themes. Returns how many posts there are to write; null: the run has ended. */
export async function planRun(ctx: Needs, ref: RunRef): Promise<number | null> {
  const known = await ctx.db.tx(scopeOf(ref), async () => {
    const open = await openRun(ref, { lock: true })
    if (!open || open.run.plan) return open
    // Kept before anything is asked, so that a second try plans the same days.
    if (open.run.slots.length === 0)
      await open.run.update({ slots: planSlots(open.campaign.brief, ctx.now()) })
    return open
  })
  if (!known) return null
  const slots = known.run.slots
  if (known.run.plan) return slots.length
  if (slots.length === 0) return end(ctx, ref, 'failed', 'No day of this campaign is left.')
  const access = await ctx.db.tx(scopeOf(ref), () =>
    accessOf(ctx, ref.workspaceId, choiceOf(known.run)),
  )
  const { brief } = known.campaign
  const { value, provenance } = await writePlan(ctx.llm, access, { brief, slots })
  return ctx.db.tx(scopeOf(ref), async () => {
    const open = await openRun(ref, { lock: true })
    if (!open) return null
    await open.run.update({
      ...added(open.run, provenance.cost),
      plan: value,
      postsPlanned: slots.length,
      state: 'writing',
      writer: provenance.connectionName,
      reason: null,
      ...notStuck,
    })
    return slots.length
  })
}

/** Writes the post of one slot, unless it is there. False: the run has ended. */
export async function draftPost(ctx: Needs, ref: RunRef, slotIndex: number): Promise<boolean> {
  const gathered = await ctx.db.tx(scopeOf(ref), () => gather(ctx, ref, slotIndex))
  if (gathered === 'ended') return false
  if (gathered === 'written') return true
  const { access, input, channels } = gathered
  if (channels.length === 0)
    return (await end(ctx, ref, 'failed', 'None of the campaign’s channels is connected.')) ?? false
  const { value, provenance } = await writeDraft(ctx.llm, access, input, manifestsFor(channels))
  const { content, ownTexts, note } = wordsFrom(value, input.brief, channels)
  return ctx.db.tx(scopeOf(ref), async () => {
    const open = await openRun(ref, { lock: true })
    if (!open) return false
    if (await isWritten(ref, slotIndex)) return true
    const { wallTime, timeZone } = input.slots[slotIndex]!
    await insertPost({
      workspaceId: ref.workspaceId,
      fields: {
        content,
        ownTexts,
        channelIds: channels.map((c) => c.id),
        when: { wallTime, timeZone },
        latenessMinutes: 60,
      },
      author: null,
      provenance: provenanceFrom(provenance, note),
      now: ctx.now(),
      campaignId: open.campaign.id,
      run: { id: ref.runId, slotIndex },
    })
    await open.run.update({
      ...added(open.run, provenance.cost),
      writer: withName(open.run.writer, provenance.connectionName),
      postsWritten: open.run.postsWritten + 1,
      reason: null,
      ...notStuck,
    })
    return true
  })
}

async function gather(ctx: Needs, ref: RunRef, slotIndex: number) {
  const open = await openRun(ref)
  if (!open?.run.plan) return 'ended'
  if (await isWritten(ref, slotIndex)) return 'written'
  const { run, campaign } = open
  const channels = await channelsOf(ref.workspaceId, campaign.brief.channelIds)
  return {
    channels,
    access: await accessOf(ctx, ref.workspaceId, choiceOf(run)),
    input: {
      brief: campaign.brief,
      plan: run.plan!,
      slots: run.slots,
      index: slotIndex,
      networks: writerNetworks(manifestsFor(channels)),
      said: await saidIn(campaign.id),
      redraft: null,
    },
  }
}

/** A run may have several writers: where one fails, the next goes on. */
const withName = (names: string, name: string): string =>
  `, ${names}, `.includes(`, ${name}, `) ? names : `${names}, ${name}`

const choiceOf = ({ byStarter }: Run) => (byStarter ? 'starter' : 'usual')

const isWritten = async ({ runId }: RunRef, slotIndex: number): Promise<boolean> =>
  (await Post.count({ where: { runId, slotIndex } })) > 0

/** Ends a run that is still open, with the reason in plain words, and with the name of the provider that failed. */
export async function end(
  ctx: Pick<Context, 'db' | 'now'>,
  ref: RunRef,
  state: 'done' | 'cancelled' | 'failed',
  reason: string | null,
  failedWriter?: string | null,
): Promise<null> {
  await ctx.db.tx(scopeOf(ref), async () => {
    const open = await openRun(ref, { lock: true })
    // One that was waited for in vain is still the one that failed.
    const stuckWriter = state === 'failed' ? (failedWriter ?? open?.run.stuckWriter ?? null) : null
    await open?.run.update({
      state,
      reason,
      stuckWriter,
      askedAgainAt: null,
      finishedAt: ctx.now(),
    })
  })
  return null
}

/** Says on the run why it is not going on right now, for whom it waits, and until when. */
export async function noteWaiting(
  ctx: Pick<Context, 'db' | 'now'>,
  ref: RunRef,
  error: RouterError,
): Promise<void> {
  const askedAgainAt = new Date(ctx.now().getTime() + (error.retryAfterMs ?? 0))
  const reason = `${error.message} Writing goes on by itself.`
  await ctx.db.tx(scopeOf(ref), async () => {
    const open = await openRun(ref, { lock: true })
    await open?.run.update({ reason, stuckWriter: error.connection, askedAgainAt })
  })
}

/** Adds what failed attempts cost: they are billed as well. */
export async function addFailedCost(
  ctx: Pick<Context, 'db'>,
  ref: RunRef,
  error: RouterError,
): Promise<void> {
  if (error.attempts.length === 0) return
  await ctx.db.tx(scopeOf(ref), async () => {
    const open = await openRun(ref, { lock: true })
    await open?.run.update(added(open.run, addCosts(error.attempts.map((a) => a.cost))))
  })
}

function added(run: Run, cost: Cost) {
  const sum = addCosts([{ micros: run.costMicros, currency: run.currency }, cost])
  return { costMicros: sum.micros, currency: sum.currency }
}
