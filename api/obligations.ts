/** What a decision asks for besides the right, and how it is met. A policy line names it; nothing is asked for that no line names. */
import { Problem } from '#contract/platform/problems.ts'
import type { Context } from '../core/platform/context.ts'
import { rows } from '../core/platform/db.ts'
import type { Obligation } from '../policies/access/authorize.ts'
import type { Caller } from './handler-types.ts'

type Needs = Pick<Context, 'now'>

/** Proof of who one is counts as fresh for this long. */
const freshMs = 10 * 60_000

interface Way {
  isMet(ctx: Needs, caller: Caller): Promise<boolean>
  /** What to do about it. */
  ask: string
}

const ways: Record<Obligation, Way> = {
  fresh_proof: {
    isMet: async (ctx, { actor }) => {
      if (actor.kind !== 'person') return false
      const since = new Date(ctx.now().getTime() - freshMs)
      const found = await rows('select 1 from sessions where id = $1 and started_at >= $2', [
        actor.sessionId,
        since,
      ])
      return found.length > 0
    },
    ask: 'This needs a fresh sign-in. Sign in again, then repeat it within ten minutes.',
  },
  // Nobody can agree for somebody else yet, so what asks for it is refused.
  second_person: {
    isMet: () => Promise.resolve(false),
    ask: 'This needs a second person, who has to do it with you.',
  },
}

/** Throws `forbidden`, saying what to do, unless every obligation is met. In the unit of work of the decision. */
export async function refuseUnmet(
  ctx: Needs,
  caller: Caller,
  obligations: readonly Obligation[],
): Promise<void> {
  for (const obligation of obligations)
    if (!(await ways[obligation].isMet(ctx, caller)))
      throw new Problem('forbidden', ways[obligation].ask)
}
