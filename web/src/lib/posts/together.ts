/** What came of an act on many posts, and how it is taken back. */
import type { OutputOf } from '#contract/client.ts'
import { api } from '#lib/platform/client.ts'
import { counted } from '#lib/posts/words.ts'
import { said, saidWithUndo, saidWrong } from '#lib/ui/toast.ts'

export type Outcomes = OutputOf<'approvePosts'>
type At = { workspaceId: string }

export const doneIn = ({ data }: Outcomes): Outcomes['data'] => data.filter((d) => d.ok)
export const refusedIn = ({ data }: Outcomes): Outcomes['data'] => data.filter((d) => !d.ok)

/** Says which did not go along, with the first one's reason. */
export function sayRefused(outcomes: Outcomes): void {
  const refused = refusedIn(outcomes)
  if (refused.length > 0)
    saidWrong(`${counted(refused.length)} left as before`, refused[0]!.problem ?? undefined)
}

/** Says what was done, if anything was, with a way back unless all of it stood so before. */
export function sayDone(
  outcomes: Outcomes,
  text: string,
  undo: (back: (at: At) => Promise<Outcomes>) => Promise<void>,
): void {
  if (doneIn(outcomes).length === 0) return
  const back = backOf(outcomes)
  if (Object.values(back).every((ids) => ids.length === 0)) return said(text)
  saidWithUndo(text, () => undo((at) => takeBack(at, back)))
}

interface Back {
  unapprove: string[]
  cancel: string[]
  schedule: string[]
}

/** What each post needs to stand where it stood: an approval that somebody else had given before is not taken back. */
export function backOf({ data }: Outcomes): Back {
  const idsOf = (some: Outcomes['data']) => some.map((d) => d.postId)
  const [approved, others] = [
    data.filter((d) => d.did.includes('approved')),
    data.filter((d) => !d.did.includes('approved')),
  ]
  return {
    unapprove: idsOf(approved),
    cancel: idsOf(others.filter((d) => d.did.includes('scheduled'))),
    schedule: idsOf(others.filter((d) => d.did.includes('cancelled'))),
  }
}

async function takeBack(params: At, { unapprove, cancel, schedule }: Back): Promise<Outcomes> {
  const calls = [
    ['unapprovePosts', unapprove],
    ['cancelPosts', cancel],
    ['schedulePosts', schedule],
  ] as const
  const data: Outcomes['data'] = []
  for (const [name, postIds] of calls)
    if (postIds.length > 0) data.push(...(await api[name]({ params, body: { postIds } })).data)
  return { data }
}
