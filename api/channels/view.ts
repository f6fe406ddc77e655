/** Channels as people see them. In a unit of work. */
import type { z } from 'zod'
import type { Channel as ChannelShape } from '#contract/channels/channels.ts'
import { Problem } from '#contract/platform/problems.ts'
import { rows } from '../../core/platform/db.ts'
import { manifestOf, ownNetwork } from '../../networks/manifests.ts'

type ChannelOut = z.input<typeof ChannelShape>

interface ChannelRow {
  id: string
  network: ChannelOut['network']
  name: string
  handle: string
  url: string
  origin: string
  settings: Record<string, unknown>
  state: ChannelOut['state']
  paused_reason: string | null
  scopes: string[]
  connected_by: string | null
  connected_at: Date
  expires_at: Date | null
  last_published_at: Date | null
  next_publish_at: Date | null
}

const columns = `c.id, c.network, c.name, c.handle, c.url, c.origin, c.settings, c.state, c.paused_reason, c.scopes,
  c.connected_at, c.expires_at, p.name as connected_by,
  (select max(d.published_at) from deliveries d where d.channel_id = c.id) as last_published_at,
  (select min(d.publish_at) from deliveries d where d.channel_id = c.id and d.state = 'scheduled') as next_publish_at`

/** The channels of the current workspace, or one of them; the own page first, then in the order in which they were connected. */
export async function channelsOut(id?: string): Promise<ChannelOut[]> {
  const found = await rows<ChannelRow>(
    `select ${columns} from channels c left join persons p on p.id = c.connected_by
     where $1::uuid is null or c.id = $1::uuid order by c.network <> $2, c.connected_at, c.id`,
    [id ?? null, ownNetwork().name],
  )
  return found.map(channelOut)
}

export async function channelOutById(id: string): Promise<ChannelOut> {
  const [channel] = await channelsOut(id)
  if (!channel) throw new Problem('not_found', 'This channel is gone.')
  return channel
}

const iso = (at: Date | null): string | null => at && new Date(at).toISOString()

function channelOut(row: ChannelRow): ChannelOut {
  const { id, network, name, handle, url, state, scopes } = row
  const rules = manifestOf(network, row.settings)
  return {
    id,
    network,
    name,
    handle,
    url,
    state,
    scopes,
    server: new URL(row.origin).host,
    pausedReason: row.paused_reason,
    connectedBy: row.connected_by,
    connectedAt: new Date(row.connected_at).toISOString(),
    expiresAt: iso(row.expires_at),
    textMax: rules?.textMax ?? 0,
    mediaMax: rules?.mediaMax ?? 0,
    lastPublishedAt: iso(row.last_published_at),
    nextPublishAt: iso(row.next_publish_at),
  }
}
