/** If-Match as RFC 9110 reads it: our tags name versions, tags are compared strongly, and `*` is whatever there is. */
import { Problem } from '#contract/problems.ts'

/** Whether the version that a handler found is one the caller meant. */
export type Match = (version: number) => boolean

const tag = String.raw`(?:W/)?"[\x21\x23-\x7e\x80-\xff]*"`
const list = new RegExp(String.raw`^[ \t,]*${tag}(?:[ \t]*,[ \t,]*${tag})*[ \t,]*$`)
const every = new RegExp(tag, 'g')
/** A proxy that compresses (ours is Caddy) gives every coding a tag of its own; the version under it is the same. */
const coded = /-(?:gzip|zstd|br|deflate)"$/

/** Undefined without the header; throws `malformed` for one that is no list of tags. A tag that is not ours matches nothing. */
export function readIfMatch(header: string | undefined): Match | undefined {
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
