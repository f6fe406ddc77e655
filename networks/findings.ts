/** What a network would refuse of a post, by its rules; shared by server, worker and browser. */
import type { Fold, NetworkRules } from './manifest.ts'

/** A post's words. `@{Name}` in a text is a mention; `mentions` says who that is on each network. */
export interface PostContent {
  segments: { text: string; assetIds: string[] }[]
  language: string
  mentions: { name: string; handles: Record<string, string> }[]
}

export interface Finding {
  code: string
  /** `block`: the network would refuse it. `warn`: a person should look. */
  level: 'block' | 'warn'
  message: string
  segment: number
}

export interface MediaFacts {
  mime: string
  bytes: number
  width: number
  height: number
  alt: string
}

/** How much of a text stands there before somebody asks for more, where line breaks decide; null: all of it. */
export function foldAtBreaks({ over, shows }: Fold, text: string): number | null {
  const lines = text.split('\n')
  return lines.length > over ? lines.slice(0, shows).join('\n').length : null
}

const mentionPattern = /@\{([^}]+)\}/g

/** Replaces `@{Name}` by the network's handle with its `@`, or by the plain name where the network has none for it. */
export function resolveMentions(
  text: string,
  mentions: PostContent['mentions'],
  network: string,
): string {
  return text.replace(mentionPattern, (_, name: string) => {
    const handle = mentions.find((m) => m.name === name)?.handles[network]
    return handle ? `@${handle.replace(/^@/, '')}` : name
  })
}

/** The content with every mention resolved for one network. */
export function resolveFor(content: PostContent, network: string): PostContent {
  return {
    ...content,
    segments: content.segments.map((s) => ({
      ...s,
      text: resolveMentions(s.text, content.mentions, network),
    })),
  }
}

/**
 * Everything a network would refuse or a person should look at.
 * `content` is unresolved; `media` maps asset ids to what is known of them (missing ids are findings).
 */
export function findings(
  rules: NetworkRules,
  content: PostContent,
  media: Map<string, MediaFacts>,
): Finding[] {
  const resolved = resolveFor(content, rules.name)
  const found: Finding[] = []
  if (resolved.segments.length > rules.segmentsMax)
    found.push({
      code: 'too_many_segments',
      level: 'block',
      segment: rules.segmentsMax,
      message:
        rules.segmentsMax === 1
          ? `${rules.title} has no threads; this one has ${resolved.segments.length} parts.`
          : `${rules.title} takes ${rules.segmentsMax} parts, this thread has ${resolved.segments.length}.`,
    })
  resolved.segments.forEach((segment, index) => {
    found.push(...segmentFindings(rules, segment, index, media))
  })
  return found
}

function segmentFindings(
  rules: NetworkRules,
  segment: PostContent['segments'][number],
  index: number,
  media: Map<string, MediaFacts>,
): Finding[] {
  const found: Finding[] = []
  const add = (code: string, level: Finding['level'], message: string) =>
    found.push({ code, level, message, segment: index })
  const length = rules.count(segment.text)
  if (!segment.text.trim() && segment.assetIds.length === 0)
    add('empty', 'block', 'There is no text yet.')
  if (length > rules.textMax)
    add('too_long', 'block', `${length - rules.textMax} characters too many for ${rules.title}.`)
  const further = rules.check?.(segment.text)
  if (further) add('text_limit', 'block', further)
  if (segment.assetIds.length > rules.mediaMax)
    add('too_many_media', 'block', `${rules.title} takes ${rules.mediaMax} images a post.`)
  for (const id of segment.assetIds) {
    const item = media.get(id)
    if (!item) add('media_missing', 'block', 'An image of this post is gone. Add it again.')
    else found.push(...mediaFindings(rules, item, index))
  }
  return found
}

function mediaFindings(rules: NetworkRules, item: MediaFacts, segment: number): Finding[] {
  const found: Finding[] = []
  if (!rules.mediaMimes.includes(item.mime))
    found.push({
      code: 'media_kind',
      level: 'block',
      segment,
      message: `${rules.title} does not take ${item.mime}.`,
    })
  if (!item.alt.trim())
    found.push({
      code: 'alt_missing',
      level: 'warn',
      segment,
      message: 'An image has no description for people who cannot see it.',
    })
  if (item.alt.length > rules.altMax)
    found.push({
      code: 'alt_long',
      level: 'block',
      segment,
      message: `The image description is longer than the ${rules.altMax} characters ${rules.title} takes.`,
    })
  return found
}
