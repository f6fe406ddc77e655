/** Campaigns as the API shows them, what a brief must be, and what it would cost. In a unit of work. */
import type { z } from 'zod'
import type { Brief } from '#contract/campaigns/campaigns.ts'
import type { Estimate } from '#contract/generation/runs.ts'
import { fieldProblem } from '#contract/platform/problems.ts'
import { expectedMicros } from '../../llm/cost.ts'
import type { Context } from '../platform/context.ts'
import { manifestsFor } from './drafts.ts'
import { checkBrief } from '../campaigns/campaigns.ts'
import type { Channel } from '../channels/models/channel.ts'
import { accessOf, starterName } from '../connections/access.ts'
import { draftMessages, planMessages } from '../writer/messages.ts'
import { planSlots, weeksOf } from '../writer/slots.ts'
import type { Slot } from '../writer/types.ts'
import { draftTokensMax, planTokensMax, writerNetworks } from '../writer/write.ts'

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
  const networks = writerNetworks(manifestsFor(channels))
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
