/** From what a person means (wall time and zone) to an instant, and back. Clock changes are resolved here and nowhere else. */
import { Temporal } from 'temporal-polyfill'
import type { When } from '#contract/posts/post.ts'
import { fieldProblem } from '#contract/platform/problems.ts'

export interface Resolved {
  publishAt: Date
  /** The wall time of `publishAt`: the given one, unless clocks skip it. */
  wallTime: string
  timeZone: string
  /** `skipped`: clocks jump over the wall time, so it moved on by the jump. `repeated`: it comes twice, the first one counts. */
  clocks: 'plain' | 'skipped' | 'repeated'
}

/** Resolves a wall time in its zone. Throws a field problem for a date or time that does not exist at all, like 30 February. */
export function resolveWhen(when: When, pointer = '/when/wallTime'): Resolved {
  const wall = parseWall(when.wallTime, pointer)
  const first = wall.toZonedDateTime(when.timeZone, { disambiguation: 'earlier' })
  const second = wall.toZonedDateTime(when.timeZone, { disambiguation: 'later' })
  const same = first.epochMilliseconds === second.epochMilliseconds
  // A skipped time does not come back as it went in; a repeated one does, twice.
  const skipped = !same && !first.toPlainDateTime().equals(wall)
  const chosen = skipped ? second : first
  return {
    publishAt: new Date(chosen.epochMilliseconds),
    wallTime: toMinute(chosen.toPlainDateTime()),
    timeZone: when.timeZone,
    clocks: same ? 'plain' : skipped ? 'skipped' : 'repeated',
  }
}

/** Like `resolveWhen`, and refuses what lies in the past, in the field's words. */
export function resolveFuture(when: When, now: Date, pointer = '/when/wallTime'): Resolved {
  const resolved = resolveWhen(when, pointer)
  if (resolved.publishAt.getTime() <= now.getTime())
    throw fieldProblem(
      pointer,
      `${describeWhen(resolved)} has passed. It is ${whenAt(now, when.timeZone).wallTime.replace('T', ' ')} there now. Choose a later time, or publish now.`,
    )
  return resolved
}

/** The wall time of an instant in a zone. */
export function whenAt(instant: Date, timeZone: string): When {
  const zoned = Temporal.Instant.fromEpochMilliseconds(instant.getTime()).toZonedDateTimeISO(
    timeZone,
  )
  return { wallTime: toMinute(zoned.toPlainDateTime()), timeZone }
}

/** `2026-01-09 09:00 in Europe/Berlin`: for sentences, the zone always beside the time. */
export function describeWhen(when: When): string {
  return `${when.wallTime.replace('T', ' ')} in ${when.timeZone}`
}

function parseWall(text: string, pointer: string): Temporal.PlainDateTime {
  try {
    return Temporal.PlainDateTime.from(text, { overflow: 'reject' })
  } catch {
    throw fieldProblem(pointer, `${text.replace('T', ' ')} is not in the calendar.`)
  }
}

const toMinute = (at: Temporal.PlainDateTime): string => at.toString({ smallestUnit: 'minute' })
