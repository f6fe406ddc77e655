/** What stands in a post's way: what its channels would refuse, and what its campaign's brief does not say. In a unit of work. */
import type { Content, OwnText, PostFinding } from '#contract/posts/post.ts'
import { manifestOf } from '../../networks/manifests.ts'
import { findings, type MediaFacts } from '../../networks/findings.ts'
import { rows } from '../platform/db.ts'
import { Asset } from '../media/models/asset.ts'
import { Campaign } from '../campaigns/models/campaign.ts'
import { Channel } from '../channels/models/channel.ts'
import { checkText } from '../checks/check.ts'

interface Text {
  content: Content
  ownTexts: OwnText[]
  channelIds: string[]
}

interface Origin {
  campaignId?: string | null | undefined
  postId?: string
  /** A person wrote it, or changed it last. */
  byPerson?: boolean
}

/** All findings of a post, by channel where they depend on one. */
export async function judge(
  workspaceId: string,
  text: Text,
  origin: Origin = {},
): Promise<PostFinding[]> {
  return [...(await networkFindings(workspaceId, text)), ...(await briefFindings(text, origin))]
}

async function networkFindings(workspaceId: string, text: Text): Promise<PostFinding[]> {
  if (text.channelIds.length === 0) return []
  const channels = await Channel.findAll({ where: { workspaceId, id: text.channelIds } })
  const media = await mediaFacts(workspaceId, text)
  return channels.flatMap((channel) => {
    const rules = manifestOf(channel.network, channel.settings)
    if (!rules) return []
    const own = text.ownTexts.find((o) => o.channelId === channel.id)
    const content = { ...text.content, segments: own?.segments ?? text.content.segments }
    return findings(rules, content, media).map((f) => ({ ...f, channelId: channel.id }))
  })
}

async function mediaFacts(workspaceId: string, text: Text): Promise<Map<string, MediaFacts>> {
  const segments = [...text.content.segments, ...text.ownTexts.flatMap((o) => o.segments)]
  const ids = [...new Set(segments.flatMap((s) => s.assetIds))]
  const assets = ids.length ? await Asset.findAll({ where: { workspaceId, id: ids } }) : []
  return new Map(
    assets.map(({ id, mime, bytes, width, height, alt }) => [
      id,
      { mime, bytes, width, height, alt },
    ]),
  )
}

/**
 * What the text says and the brief does not. A writer's claim blocks, also after a person has edited around it; what a person added is
 * theirs to answer for, so it only asks for a look.
 */
async function briefFindings(text: Text, origin: Origin): Promise<PostFinding[]> {
  if (!origin.campaignId) return []
  const campaign = await Campaign.findByPk(origin.campaignId)
  if (!campaign) return []
  const found = textFindings(campaign.brief, text)
  if (!origin.byPerson) return found
  const written = origin.postId ? await writersText(origin.postId) : null
  const writers = new Set(
    written ? textFindings(campaign.brief, written).map((f) => f.message) : [],
  )
  return found.map((f) => (writers.has(f.message) ? f : { ...f, level: 'warn' as const }))
}

function textFindings(
  brief: Campaign['brief'],
  text: Pick<Text, 'content' | 'ownTexts'>,
): PostFinding[] {
  const parts = [
    ...text.content.segments.map((s, segment) => ({ ...s, segment, channelId: null })),
    ...text.ownTexts.flatMap((o) =>
      o.segments.map((s, segment) => ({ ...s, segment, channelId: o.channelId })),
    ),
  ]
  return parts.flatMap(({ text: words, segment, channelId }) =>
    checkText(brief, words).map((f) => ({ ...f, segment, channelId })),
  )
}

/** The newest version that a writer made. */
async function writersText(postId: string) {
  const [version] = await rows<{ content: Content; ownTexts: OwnText[] }>(
    `select content, own_texts as "ownTexts" from post_versions
     where post_id = $1 and provenance->>'kind' <> 'person' order by content_version desc limit 1`,
    [postId],
  )
  return version ?? null
}
