/** The next free slot of a workspace: its weekly publishing times, in its zone, that no other post has taken. */
import { Temporal } from 'temporal-polyfill'
import type { When } from '#contract/posts/post.ts'
import { Problem } from '#contract/platform/problems.ts'
import { rows } from '../platform/db.ts'
import { Workspace, type WeekSlot } from '../workspaces/models/workspace.ts'

/** A post this close to a slot takes it, so that two posts do not go out on each other's heels. */
const nearMs = 15 * 60_000
/** A slot that is nearly now leaves nobody time to change their mind. */
const leadMs = 60_000
const daysAhead = 366

interface Candidate {
  at: number
  /** Days from the beginning of its stretch. */
  day: number
  when: When
}

/** The next slot after `now` that none of `taken` (epoch milliseconds) lies near. Each post takes one slot, the nearest. Pure. */
export function nextFree(
  slots: WeekSlot[],
  timeZone: string,
  now: Date,
  taken: number[],
): When | null {
  const today = Temporal.Instant.fromEpochMilliseconds(now.getTime())
    .toZonedDateTimeISO(timeZone)
    .toPlainDate()
  const earliest = now.getTime() + leadMs
  for (let from = 0; from < daysAhead; from += stretchDays) {
    const all = candidates(slots, timeZone, today.add({ days: from }))
    const gone = new Set(taken.map((t) => nearest(all, t)).filter((i) => i !== null))
    const free = all.find(
      (c, i) => c.day >= 0 && c.day < stretchDays && c.at > earliest && !gone.has(i),
    )
    if (free) return free.when
  }
  return null
}

/** A free slot is mostly near, so the year is looked through in stretches. */
const stretchDays = 14

/** Every slot of a stretch in order, with those of the day before and after, which may be nearer to a post. One instant is one slot. */
function candidates(slots: WeekSlot[], timeZone: string, first: Temporal.PlainDate): Candidate[] {
  const found = new Map<number, Candidate>()
  for (let day = -1; day <= stretchDays; day += 1) {
    const date = first.add({ days: day })
    for (const slot of slots) {
      if (slot.weekday !== date.dayOfWeek) continue
      const at = date.toZonedDateTime({ timeZone, plainTime: Temporal.PlainTime.from(slot.time) })
      const wallTime = at.toPlainDateTime().toString({ smallestUnit: 'minute' })
      // Where the clock leaves an hour out, two slots are one instant.
      found.set(at.epochMilliseconds, {
        at: at.epochMilliseconds,
        day,
        when: { wallTime, timeZone },
      })
    }
  }
  return [...found.values()].sort((a, b) => a.at - b.at)
}

function nearest(all: Candidate[], at: number): number | null {
  let best: number | null = null
  let distance = nearMs
  for (const [i, candidate] of all.entries()) {
    const away = Math.abs(candidate.at - at)
    if (away < distance) [best, distance] = [i, away]
    if (candidate.at > at + nearMs) break
  }
  return best
}

/** The next free slot, kept for the current unit of work: whoever asks meanwhile waits for its end and gets another one. */
export async function takeFreeSlot(workspaceId: string, now: Date, forPost: string): Promise<When> {
  await rows('select pg_advisory_xact_lock(hashtextextended($1, 0))', [`slots:${workspaceId}`])
  return nextFreeSlot(workspaceId, now, forPost)
}

/** The next free slot of the workspace in scope; `exceptPost` does not count as taking one. In a unit of work. */
export async function nextFreeSlot(
  workspaceId: string,
  now: Date,
  exceptPost?: string,
): Promise<When> {
  const workspace = await Workspace.findByPk(workspaceId)
  if (!workspace) throw new Problem('not_found')
  if (workspace.slots.length === 0)
    throw new Problem(
      'conflict',
      'This workspace has no publishing slots. Add some in its settings.',
    )
  const planned = await rows<{ publish_at: Date }>(
    `select publish_at from posts where workspace_id = $1 and publish_at > $2 and id is distinct from $3`,
    [workspaceId, new Date(now.getTime() - nearMs), exceptPost ?? null],
  )
  const taken = planned.map((p) => p.publish_at.getTime())
  const free = nextFree(workspace.slots, workspace.timeZone, now, taken)
  if (!free) throw new Problem('conflict', 'Every slot of the next year is taken. Choose a time.')
  return free
}
