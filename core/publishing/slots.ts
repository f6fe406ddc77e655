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
  when: When
}

/** The next slot after `now` that none of `taken` (epoch milliseconds) lies near. Each post takes one slot, the nearest. Pure. */
export function nextFree(
  slots: WeekSlot[],
  timeZone: string,
  now: Date,
  taken: number[],
): When | null {
  const all = candidates(slots, timeZone, now)
  const gone = new Set(taken.map((t) => nearest(all, t)).filter((i) => i !== null))
  const earliest = now.getTime() + leadMs
  return all.find((c, i) => c.at > earliest && !gone.has(i))?.when ?? null
}

/** Every slot of the next year, in order, beginning with today's. */
function candidates(slots: WeekSlot[], timeZone: string, now: Date): Candidate[] {
  const today = Temporal.Instant.fromEpochMilliseconds(now.getTime())
    .toZonedDateTimeISO(timeZone)
    .toPlainDate()
  const found: Candidate[] = []
  for (let d = 0; d < daysAhead; d += 1) {
    const day = today.add({ days: d })
    for (const slot of slots) {
      if (slot.weekday !== day.dayOfWeek) continue
      const at = day.toZonedDateTime({ timeZone, plainTime: Temporal.PlainTime.from(slot.time) })
      const wallTime = at.toPlainDateTime().toString({ smallestUnit: 'minute' })
      found.push({ at: at.epochMilliseconds, when: { wallTime, timeZone } })
    }
  }
  return found.sort((a, b) => a.at - b.at)
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
