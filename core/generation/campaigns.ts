/** Campaigns as the API shows them, what a brief must be, and what it would cost. In a unit of work. */
import type { z } from 'zod'
import { Temporal } from 'temporal-polyfill'
import type {
  Brief,
  Campaign as CampaignOut,
  Estimate,
  Run as RunOut,
} from '#contract/campaigns.ts'
import { fieldProblem, Problem } from '#contract/problems.ts'
import { expectedMicros } from '../llm/cost.ts'
import type { Context } from './context.ts'
import { rows } from './db.ts'
import { rulesFor } from './drafts.ts'
import { Campaign } from './models/campaign.ts'
import { Channel } from './models/channel.ts'
import { namesOf } from './names.ts'
import { latestRuns, runOut } from './runs.ts'
import { accessOf, starterName } from './writer-access.ts'
import { draftMessages, planMessages } from './writer/messages.ts'
import { planSlots, weeksOf } from './writer/slots.ts'
import type { Slot } from './writer/types.ts'
import { draftTokensMax, planTokensMax, writerNetworks } from './writer/write.ts'

type Out = z.input<typeof CampaignOut>

/** Which shown states count as what on a campaign's card. */
const countOf = {
  draft: ['draft', 'in_review', 'changes_requested'],
  ready: ['approved'],
  scheduled: ['scheduled', 'publishing'],
  published: ['published', 'taken_down'],
  trouble: ['failed', 'missed', 'unconfirmed'],
}
const longestDays = 366

export async function campaignsOut(
  ctx: Context,
  campaigns: Campaign[],
  viewer: { operator: boolean },
): Promise<Out[]> {
  const ids = campaigns.map((c) => c.id)
  const runs = await latestRuns(ids)
  const counts = await countsOf(ids)
  const names = await namesOf(campaigns.map((c) => c.createdBy))
  return campaigns.map((c) => {
    const run = runs.get(c.id)
    return {
      id: c.id,
      externalId: c.externalId,
      name: c.name,
      brief: c.brief,
      version: c.version,
      run: run ? (runOut(ctx, run, viewer) as z.input<typeof RunOut>) : null,
      counts: counts.get(c.id) ?? { draft: 0, ready: 0, scheduled: 0, published: 0, trouble: 0 },
      createdBy: (c.createdBy && names.get(c.createdBy)) || null,
      createdAt: c.createdAt.toISOString(),
      updatedAt: c.updatedAt.toISOString(),
    }
  })
}

async function countsOf(ids: string[]): Promise<Map<string, Out['counts']>> {
  const sums = Object.entries(countOf).map(
    ([name, states]) =>
      `count(*) filter (where shown in (${states.map((s) => `'${s}'`).join(', ')}))::int as ${name}`,
  )
  const found = await rows<Out['counts'] & { campaign_id: string }>(
    `select campaign_id, ${sums.join(', ')} from posts where campaign_id = any($1::uuid[]) group by campaign_id`,
    [ids],
  )
  return new Map(found.map(({ campaign_id, ...counts }) => [campaign_id, counts]))
}

export async function findCampaign(
  workspaceId: string,
  campaignId: string,
  options: { lock?: boolean } = {},
): Promise<Campaign> {
  const found = await Campaign.findOne({ where: { id: campaignId, workspaceId }, ...options })
  if (!found || found.deleting) throw new Problem('not_found', 'This campaign is gone.')
  return found
}

/** What the table cannot say of a brief: its channels are there, and it does not last for ever. */
export async function checkBrief(workspaceId: string, brief: Brief): Promise<Channel[]> {
  const days = Temporal.PlainDate.from(brief.from).until(brief.to).days
  if (days > longestDays) throw fieldProblem('/brief/to', 'A campaign lasts a year at most.')
  const channels = await Channel.findAll({ where: { workspaceId, id: brief.channelIds } })
  for (const id of brief.channelIds) {
    const channel = channels.find((c) => c.id === id)
    if (!channel)
      throw fieldProblem('/brief/channelIds', 'One of these channels is not in this workspace.')
    if (channel.state === 'off')
      throw fieldProblem('/brief/channelIds', `${channel.name} is disconnected. Connect it first.`)
  }
  return channels
}

/** The slots of a brief from `now` on. Throws a field problem when none is left. */
export function slotsOf(brief: Brief, now: Date): Slot[] {
  const slots = planSlots(brief, now)
  if (slots.length === 0)
    throw fieldProblem('/brief/to', 'No day of this campaign is left. Choose a later end.')
  return slots
}

/** How many posts, on which days, who writes, and what it costs at most; null: nobody knows. */
export async function estimate(
  ctx: Context,
  workspaceId: string,
  brief: Brief,
): Promise<z.input<typeof Estimate>> {
  const channels = await checkBrief(workspaceId, brief)
  const slots = planSlots(brief, ctx.now())
  const { connections } = await accessOf(ctx, workspaceId)
  const first = connections[0]
  return {
    posts: slots.length,
    days: daysOf(slots),
    writer: first?.name ?? starterName,
    costMicrosMax: first ? costMax(brief, slots, channels, first.prices) : 0,
    currency: first?.prices?.currency ?? null,
  }
}

function daysOf(slots: Slot[]): z.input<typeof Estimate>['days'] {
  const days = new Map<string, string[]>()
  for (const { wallTime } of slots) {
    const [date, time] = wallTime.split('T') as [string, string]
    days.set(date, [...(days.get(date) ?? []), time])
  }
  return [...days].map(([date, times]) => ({ date, times }))
}

/** A token has two characters at least in the languages we write; a call may be repaired once, and then costs twice. */
const charactersPerToken = 2
const callsEach = 2
const saidMax = Array.from({ length: 20 }, () => 'x'.repeat(500))

function costMax(
  brief: Brief,
  slots: Slot[],
  channels: Channel[],
  prices: Parameters<typeof expectedMicros>[2],
): number | null {
  if (slots.length === 0) return 0
  const weeks = weeksOf(brief, slots)
  const plan = { weeks: weeks.map((w) => ({ ...w, theme: 'x'.repeat(60), angle: 'x'.repeat(20) })) }
  const networks = writerNetworks(rulesFor(channels))
  const draft = { brief, plan, slots, index: 0, networks, said: saidMax, redraft: null }
  const size = (messages: { content: string }[]) =>
    Math.ceil(messages.reduce((sum, m) => sum + m.content.length, 0) / charactersPerToken)
  const planned = expectedMicros(
    size(planMessages({ brief, slots })),
    planTokensMax(weeks.length),
    prices,
  )
  const drafted = expectedMicros(
    size(draftMessages(draft)),
    draftTokensMax(networks.length),
    prices,
  )
  return planned === null || drafted === null
    ? null
    : callsEach * (planned + slots.length * drafted)
}
