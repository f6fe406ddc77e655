/** Schemas that several subjects share. */
import { z } from 'zod'
import { isZone, type Catalogue } from './sentences.ts'

export const Id = z.uuid().meta({ description: 'UUIDv7' })
/** RFC 3339 with an offset, as received. */
export const Instant = z.iso.datetime({
  offset: true,
  message: 'Give a date and time with an offset, like 2026-05-12T09:00:00+02:00.',
})
/** Wall time without a zone, as a person means it: `2026-05-12T09:00`. */
export const WallTime = z
  .string()
  .regex(/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}$/, 'Give a date and a time, like 2026-05-12T09:00.')
  .meta({ examples: ['2027-05-12T09:00'] })
export const CalendarDate = z.iso.date('Give a date, like 2026-05-12.')
export const TimeZone = z
  .string()
  .refine(isKnownZone, 'This time zone is not known. Use a name like Europe/Berlin.')
  .meta({ examples: ['Europe/Berlin'] })
/** BCP 47, two-letter codes as the networks take them. */
export const Language = z
  .string()
  .regex(/^[a-z]{2}(-[A-Z]{2})?$/, 'Give a language code like en or de.')
  .meta({ examples: ['en'] })
export const ExternalId = z.string().min(1).max(200)
/** Which names there are is known where networks are registered; an unknown one is refused by whoever is asked for it. */
export const NetworkName = z
  .string()
  .regex(/^[a-z][a-z0-9_]{0,39}$/, 'Give the name of a network, in small letters.')
  .meta({ id: 'NetworkName', description: 'A network by its name' })

/** Which sentence of a catalogue was stored. A string, not an enumeration: rows outlive versions. */
export const codeOf = (id: string, { shapes }: Pick<Catalogue<never>, 'shapes'>) =>
  z.string().meta({
    id,
    description: `Which sentence it is; other versions may have others. Now: ${Object.keys(shapes).join(', ')}`,
    examples: Object.keys(shapes).slice(0, 1),
  })
/** What stands in a stored sentence: names, ids, numbers, instants, and further stored sentences. */
export const Params = z.record(z.string(), z.unknown()).meta({ id: 'SentenceParams' })

export const WorkspaceParams = z.object({ workspaceId: Id })

/** Cursor pages: `next` is opaque and null on the last page. */
export const page = <T extends z.ZodType>(item: T) =>
  z.object({ data: z.array(item), next: z.string().nullable() })
export const PageQuery = z.object({
  limit: z.coerce.number().int().min(1).max(200).default(50),
  cursor: z.string().max(500).optional(),
})

/** A comma-separated query value as a list. */
export const list = <T extends z.ZodType>(item: T) =>
  z.preprocess((v) => (typeof v === 'string' ? v.split(',').filter(Boolean) : v), z.array(item))

/** Asking the platform takes longer than reading a post, and a list of posts asks for each. Upper and lower case make many names of few zones, so they are counted. */
const knownZones = new Set<string>()
const knownMax = 1_000

function isKnownZone(name: string): boolean {
  if (knownZones.has(name)) return true
  if (!isZone(name)) return false
  if (knownZones.size === knownMax) knownZones.clear()
  knownZones.add(name)
  return true
}

/** What is left of deleted work: posts that stay on a network, and why. */
export const Deleted = z.object({
  deletionId: Id,
  left: z.array(z.object({ postId: Id, channel: z.string(), why: z.string() })),
})
