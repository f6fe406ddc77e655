/** Every refusal reaches people through here: one sentence, and faults at their fields. */
import { Problem, problems } from '#contract/platform/problems.ts'

export interface Refusal {
  title: string
  detail?: string
  /** Field name -> sentence. */
  faults: Record<string, string>
}

/** What to tell a person about anything that was thrown. What is no Problem is logged and said to be ours. */
export function refusalOf(thrown: unknown): Refusal {
  if (thrown instanceof Problem) {
    const detail = thrown.detail ?? waiting(thrown)
    return {
      title: problems[thrown.kind].title,
      ...(detail ? { detail } : {}),
      faults: faultsOf(thrown),
    }
  }
  if (thrown instanceof TypeError && /fetch|network|load failed/i.test(thrown.message))
    return {
      title: 'PostAura cannot be reached from here',
      detail: 'What you typed is kept. Check the connection and try again.',
      faults: {},
    }
  console.error(thrown)
  return {
    title: problems.internal.title,
    detail: 'What you typed is kept. Try again; if it stays, tell whoever runs this instance.',
    faults: {},
  }
}

/** Faults by field: `/facts/0` belongs to `facts`, `/brief/to` to `brief.to`. */
export function faultsOf(problem: Problem): Record<string, string> {
  const faults: Record<string, string> = {}
  for (const { pointer, detail } of problem.errors ?? []) {
    const name = pointer
      .split('/')
      .filter((part) => part && !/^\d+$/.test(part))
      .join('.')
    faults[name] ??= detail
  }
  return faults
}

const waiting = ({ retryAfter }: Problem) =>
  retryAfter ? `Try again in ${retryAfter} seconds.` : undefined
