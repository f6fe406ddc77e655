/** What is wrong with a time while it is being typed. */
import type { When } from '#contract/posts/post.ts'
import { instantOf, moment } from '#lib/platform/time.ts'

/** A year that is half typed (0002, 0202) is no time in the past yet. */
const firstYear = '2000'

/** Why a post cannot go out at this time, in a sentence; undefined: it can, or no time is chosen. */
export function passedFault(when: When | null, now: Date): string | undefined {
  if (!when || when.wallTime < firstYear) return undefined
  const at = instantOf(when)
  if (at > now) return undefined
  return `${moment(at, when.timeZone, now)} has passed. Choose a later time, or publish now.`
}
