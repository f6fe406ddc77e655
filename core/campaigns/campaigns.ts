/** Campaigns: finding one, and what the contract cannot say of its brief. In a unit of work. */
import { Temporal } from 'temporal-polyfill'
import type { Brief } from '#contract/campaigns/campaigns.ts'
import { fieldProblem, Problem } from '#contract/platform/problems.ts'
import { Channel } from '../channels/models/channel.ts'
import { Campaign } from './models/campaign.ts'

const longestDays = 366

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
