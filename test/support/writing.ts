/** A brief and writers for tests of campaigns. */
import type { Brief } from '#contract/campaigns/campaigns.ts'
import { createWriterRouter } from '../../core/writer/router.ts'
import type { Router } from '../../llm/types.ts'
import { briefs } from './briefs.ts'

/** The starter writer behind the real router; anything that reaches for a network fails the test. */
export const starterRouter = (now: () => Date): Router =>
  createWriterRouter({
    now,
    fetch: () => Promise.reject(new Error('the starter writer needs no network')),
  })

/** Two weeks from Monday 11 January 2027, six posts. */
export const briefFor = (channelIds: string[], more: Partial<Brief> = {}): Brief => ({
  ...briefs.backpack!,
  from: '2027-01-11',
  to: '2027-01-24',
  channelIds,
  ...more,
})

export interface Gate {
  router: Router
  /** Tasks that were asked for, in order. */
  asked: string[]
  /** Lets the next `count` drafts through. */
  open(count: number): void
}

/** The starter writer as a slow provider: each draft waits until it is let through. */
export function gated(inner: Router): Gate {
  const asked: string[] = []
  const waiting: (() => void)[] = []
  let free = 0
  const enter = () =>
    new Promise<void>((resolve) => {
      if (free > 0) {
        free -= 1
        resolve()
      } else waiting.push(resolve)
    })
  return {
    asked,
    open(count) {
      free += count
      while (free > 0 && waiting.length > 0) {
        free -= 1
        waiting.shift()!()
      }
    },
    router: {
      test: inner.test,
      async answer(call) {
        asked.push(call.task)
        if (call.task === 'draft') await enter()
        return inner.answer(call)
      },
    },
  }
}
