/** What can become of posts whose time passed while publishing was on hold, in words. Pure. */
import type { When } from '#contract/posts/post.ts'
import { counted } from '#lib/posts/words.ts'
import { instantOf, moment } from '#lib/platform/time.ts'

export type Plan = 'next_slots' | 'send_now' | 'cancel'

export interface Choice {
  value: Plan
  label: string
  text: string
  disabled?: boolean
}

/** `next` null: the workspace has no free slot. */
export function choicesFor(overdue: number, next: When | null): Choice[] {
  const what = counted(overdue)
  const first = next && moment(instantOf(next), next.timeZone)
  return [
    first
      ? {
          value: 'next_slots',
          label: `Move ${what} to the next free slots`,
          text: overdue === 1 ? `It goes out ${first}.` : `One each; the first goes out ${first}.`,
        }
      : {
          value: 'next_slots',
          label: 'Move them to the next free slots',
          text: 'There is no free slot. Add slots under General first.',
          disabled: true,
        },
    { value: 'send_now', label: `Send ${what} now`, text: 'At once, as soon as you resume.' },
    {
      value: 'cancel',
      label: `Do not send ${what}`,
      text: 'Sending is cancelled; approval and text stay, and what is out stays out.',
    },
  ]
}

/** What was done. `left` are those that could not be dealt with, because they changed meanwhile. */
export function outcomeOf(plan: Plan, done: number, left: number): string {
  if (done + left === 0) return 'Nothing was overdue.'
  const did: Record<Plan, string> = {
    next_slots: `${counted(done)} moved to the next free slots.`,
    send_now: `${counted(done)} on the way.`,
    cancel: `Sending of ${counted(done)} cancelled.`,
  }
  return left > 0 ? `${did[plan]} ${counted(left)} could not be, and stayed as before.` : did[plan]
}
