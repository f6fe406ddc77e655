/** Between a writer's draft (texts by network) and a post (texts by channel). */
import type { Brief, Plan } from '#contract/campaigns/campaigns.ts'
import type { Content, OwnText } from '#contract/posts/post.ts'
import type { Provenance as RouterProvenance } from '../../llm/types.ts'
import type { Manifest } from '../../networks/manifest.ts'
import { manifestOf } from '../../networks/manifests.ts'
import { rows } from '../platform/db.ts'
import { Channel } from '../channels/models/channel.ts'
import type { Post } from '../posts/models/post.ts'
import type { Fields, StoredProvenance } from '../posts/posts.ts'
import { segmentsFor, type Draft, type Slot } from '../writer/types.ts'
import { withUtm } from '../writer/utm.ts'

interface Words {
  content: Content
  ownTexts: OwnText[]
  /** What a person should know about how the words came about; null: nothing. */
  note: string | null
}

type SomeChannel = Pick<Channel, 'id' | 'name' | 'network' | 'settings'>

/** The channels that a brief names and that are still connected. In a unit of work. */
export async function channelsOf(workspaceId: string, ids: string[]): Promise<Channel[]> {
  const found = await Channel.findAll({ where: { workspaceId, id: ids }, order: [['id', 'ASC']] })
  return found.filter((c) => c.state !== 'off')
}

/** Each network's manifest once; where two channels of a network differ, the one with the narrower limits. */
export function manifestsFor(channels: SomeChannel[]): Manifest[] {
  const narrowest = new Map<string, Manifest>()
  for (const channel of channels) {
    const manifest = manifestOf(channel.network, channel.settings)
    const known = narrowest.get(channel.network)
    if (manifest && (!known || manifest.textMax < known.textMax))
      narrowest.set(channel.network, manifest)
  }
  return [...narrowest.values()]
}

/** A post's words from a draft. Images of an earlier version stay where they were. */
export function wordsFrom(
  draft: Draft,
  brief: Brief,
  channels: SomeChannel[],
  before?: Pick<Fields, 'content'>,
): Words {
  const images = before?.content.segments.map((s) => s.assetIds) ?? []
  const asSegments = (texts: string[]) =>
    texts.map((text, i) => segmentWith(text, i, texts, images))
  const left: string[] = []
  const ownTexts = channels.flatMap((channel) => {
    const texts = segmentsFor(draft, channel.network)
    const tagged = texts.map((text) => withUtm(text, brief.utm, channel.network))
    const rules = manifestOf(channel.network, channel.settings)
    const fits = !rules || tagged.every((t, i) => rules.count(t) <= rules.textMax || t === texts[i])
    if (!fits) left.push(channel.name)
    const chosen = fits ? tagged : texts
    const own = chosen.some((text, i) => text !== draft.segments[i])
    return own || chosen.length !== draft.segments.length
      ? [{ channelId: channel.id, segments: asSegments(chosen) }]
      : []
  })
  const notes = [...draft.notes]
  if (left.length > 0) notes.push(`The campaign tags did not fit on ${left.join(' and ')}.`)
  return {
    content: {
      segments: asSegments(draft.segments),
      language: brief.language,
      mentions: before?.content.mentions ?? [],
    },
    ownTexts,
    note: notes.join(' ') || null,
  }
}

/** Images keep their part; those of parts that are gone go to the last one. */
function segmentWith(text: string, index: number, texts: string[], images: string[][]) {
  const last = index === texts.length - 1
  const assetIds = last ? images.slice(index).flat() : (images[index] ?? [])
  return { text, assetIds: [...new Set(assetIds)] }
}

/** A post's present words as a draft, for a writer that is asked for another version. */
export function draftFrom(
  post: Pick<Post, 'content' | 'ownTexts'>,
  channels: SomeChannel[],
): Draft {
  const texts = (segments: { text: string }[]) => segments.map((s) => s.text.trim()).filter(Boolean)
  const networks = [...new Set(channels.map((c) => c.network))]
  const own = networks.flatMap((network) => {
    const ids = channels.filter((c) => c.network === network).map((c) => c.id)
    const text = post.ownTexts.find((o) => ids.includes(o.channelId))
    const segments = texts(text?.segments ?? [])
    return segments.length ? [{ network, segments }] : []
  })
  const segments = texts(post.content.segments)
  return { segments: segments.length ? segments : ['…'], own, notes: [] }
}

/** The router's provenance as a post keeps it. */
export const provenanceFrom = (p: RouterProvenance, note: string | null): StoredProvenance => ({
  writer: p.connectionName,
  kind: p.writtenByModel ? 'model' : 'starter',
  model: p.writtenByModel ? p.model : null,
  region: p.region,
  retentionDays: p.retentionDays,
  costMicros: p.cost.micros,
  currency: p.cost.currency,
  note,
})

const saidAtMost = 200

/** Common texts of a campaign's posts so far, oldest first, without the one being rewritten. In a unit of work. */
export async function saidIn(campaignId: string, exceptPost?: string): Promise<string[]> {
  const found = await rows<{ content: Content }>(
    `select content from (select id, content from posts where campaign_id = $1 and id is distinct from $2 order by id desc limit ${saidAtMost}) p order by id`,
    [campaignId, exceptPost ?? null],
  )
  return found.map((p) => p.content.segments.map((s) => s.text).join('\n'))
}

/** A plan for a post that belongs to no run: one week, one slot. */
export function planForOne(brief: Brief, slot: Slot): { plan: Plan; slots: Slot[] } {
  const { from, to, product } = brief
  return {
    plan: { weeks: [{ from, to, theme: product, angle: brief.goal || product, posts: 1 }] },
    slots: [slot],
  }
}
