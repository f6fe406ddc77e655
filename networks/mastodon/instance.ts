/** What one server says about itself: its limits, and what software stands behind the API. */
import { ask, textAt, valueAt, type Question } from '../answers.ts'
import type { Json } from '../network.ts'
import { defaultLimits, type InstanceLimits } from './manifest.ts'

/** Channel settings from `/api/v2/instance`; a server that does not have it, or is slow just now, gets the defaults. */
export async function instanceSettings(
  fetchFrom: typeof fetch,
  origin: string,
  question: Question,
): Promise<Record<string, Json>> {
  const answer = await ask(fetchFrom, `${origin}/api/v2/instance`, {}, question).catch(() => null)
  const body = answer?.status === 200 ? answer.body : null
  const version = textAt(body, 'version') ?? ''
  return {
    limits: { ...limitsOf(body) } as unknown as Json,
    version: version.slice(0, 100),
    idempotency: keepsIdempotencyKeys(version, textAt(body, 'source_url') ?? ''),
    visibility: 'public',
  }
}

function limitsOf(body: unknown): InstanceLimits {
  const at = (group: string, field: string, fallback: number): number => {
    const value = valueAt(body, 'configuration', group, field)
    return typeof value === 'number' && value > 0 ? Math.floor(value) : fallback
  }
  const mimes = valueAt(body, 'configuration', 'media_attachments', 'supported_mime_types')
  const images = Array.isArray(mimes)
    ? defaultLimits.mediaMimes.filter((mime) => mimes.includes(mime))
    : defaultLimits.mediaMimes
  return {
    maxCharacters: at('statuses', 'max_characters', defaultLimits.maxCharacters),
    charactersPerUrl: at('statuses', 'characters_reserved_per_url', defaultLimits.charactersPerUrl),
    mediaMax: at('statuses', 'max_media_attachments', defaultLimits.mediaMax),
    mediaMimes: images.length > 0 ? images : defaultLimits.mediaMimes,
    imageBytesMax: at('media_attachments', 'image_size_limit', defaultLimits.imageBytesMax),
    altMax: at('media_attachments', 'description_limit', defaultLimits.altMax),
  }
}

/**
 * Only what is known to keep `Idempotency-Key` does: Mastodon and its forks, Pleroma and Akkoma. Others that speak the API say so behind the
 * version they are compatible with, and forget keys (GoToSocial, Pixelfed, Friendica, Mitra).
 */
function keepsIdempotencyKeys(version: string, source: string): boolean {
  if (/gotosocial/i.test(`${version} ${source}`)) return false
  const [, other] = /\(compatible; *([a-z]+)/i.exec(version) ?? []
  return other ? /^(pleroma|akkoma)$/i.test(other) : /^[3-9]\.\d/.test(version)
}
