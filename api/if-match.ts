/** If-Match as RFC 9110 reads it: our tags name versions, tags are compared strongly, and `*` is whatever there is. */
import type { Endpoint } from '#contract/platform/endpoint.ts'
import { Problem } from '#contract/platform/problems.ts'
import { load, resources, type Resource } from './resources.ts'

/** Whether the version that was found is one the caller meant. */
type Match = (version: number) => boolean
/** In a unit of work: locks what the path names until its end, and throws `stale` when its version is none that the caller meant. */
export type Precondition = () => Promise<void>

const tag = String.raw`(?:W/)?"[\x21\x23-\x7e\x80-\xff]*"`
const list = new RegExp(String.raw`^[ \t,]*${tag}(?:[ \t]*,[ \t,]*${tag})*[ \t,]*$`)
const every = new RegExp(tag, 'g')
/** A proxy that compresses (ours is Caddy) gives every coding a tag of its own; the version under it is the same. */
const coded = /-(?:gzip|zstd|br|deflate)"$/

/** What If-Match asks of a request to an endpoint. Throws `malformed` and `precondition_required`; `stale` where nothing has a version. */
export function preconditionOf(
  e: Endpoint,
  params: Record<string, string>,
  header: string | undefined,
): Precondition {
  if (!e.ifMatch) {
    if (e.method !== 'get' && header !== undefined && header.trim() !== '*')
      throw new Problem('stale', 'What this changes has no version. Leave If-Match out.')
    return async () => undefined
  }
  const match = readIfMatch(header)
  if (!match && e.ifMatch === 'required')
    throw new Problem(
      'precondition_required',
      'Send If-Match with the version you read, like If-Match: "v3".',
    )
  return async () => match && holdTo(match, params)
}

/** What is not there is the handler's to say. */
async function holdTo(match: Match, params: Record<string, string>): Promise<void> {
  const resource = Object.values<Resource>(resources).find((r) => r.changed && params[r.param])!
  const found = await load(resource, params, true)
  if (found?.version && !match(found.version)) throw new Problem('stale', resource.changed)
}

/** Undefined without the header; throws `malformed` for one that is no list of tags. A tag that is not ours matches nothing. */
function readIfMatch(header: string | undefined): Match | undefined {
  if (header === undefined) return undefined
  if (header.trim() === '*') return () => true
  if (!list.test(header))
    throw new Problem(
      'malformed',
      'If-Match is no list of tags in quotes. Send the version you read, like If-Match: "v3".',
    )
  const tags = new Set(header.match(every)?.map((found) => found.replace(coded, '"')))
  return (version) => tags.has(tagOf(version))
}

/** The ETag of a version. */
export const tagOf = (version: number): string => `"v${version}"`
