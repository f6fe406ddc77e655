import { goto } from '$app/navigation'
import { Problem } from '#contract/platform/problems.ts'
import { paths } from '#lib/paths.ts'
import { refusalOf, type Refusal } from '#lib/platform/problems.ts'
import { saidWrong } from '#lib/ui/toast.ts'

/** Shows a refusal as a message; a session that has ended leads to the sign-in page and back here. */
export function showProblem(thrown: unknown): Refusal {
  const refusal = refusalOf(thrown)
  if (thrown instanceof Problem && thrown.kind === 'unauthenticated')
    void goto(paths.signIn(location.pathname + location.search))
  saidWrong(refusal.title, refusal.detail)
  return refusal
}
