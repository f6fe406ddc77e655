/** What each channel counts and refuses, by the networks' own rules. */
import type { OutputOf } from '#contract/client.ts'
import type { Asset } from '#contract/media/media.ts'
import type { Content } from '#contract/posts/post.ts'
import { findings, resolveMentions, type Finding } from '#networks/findings.ts'
import type { Manifest } from '#networks/manifest.ts'
import { manifestOf } from '#networks/manifests.ts'

export type Channel = OutputOf<'listChannels'>['data'][number]

/** The network's manifest with this account's own limits. */
export function rulesFor(channel: Channel): Manifest {
  const manifest = manifestOf(channel.network)!
  return { ...manifest, textMax: channel.textMax, mediaMax: channel.mediaMax }
}

/** Length of a text as a channel counts it, mentions resolved. */
export const countFor = (channel: Channel, text: string, mentions: Content['mentions']): number =>
  rulesFor(channel).count(resolveMentions(text, mentions, channel.network))

/** What the channel's network would refuse, or what a person should look at. */
export function findingsFor(
  channel: Channel,
  content: Content,
  assets: ReadonlyMap<string, Asset>,
): Finding[] {
  // Images that are still on their way to the browser are no finding.
  const segments = content.segments.map((s) => ({
    ...s,
    assetIds: s.assetIds.filter((id) => assets.has(id)),
  }))
  return findings(
    rulesFor(channel),
    { ...content, mentions: content.mentions as never, segments },
    new Map(assets),
  )
}
