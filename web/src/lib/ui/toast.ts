/** Short messages after an act. Undo instead of "are you sure" wherever an act can be undone. */
import { toast } from 'svelte-sonner'

/** What went wrong and still stands on the screen. */
let wrong: { id: string | number; at: number }[] = []
/** Of one act some may be done and some refused: both are said. */
const sameActMs = 500

/** An act that succeeds answers the trouble before it; an old error beside it would only confuse. */
function clearWrong(): void {
  const old = wrong.filter(({ at }) => Date.now() - at > sameActMs)
  for (const { id } of old) toast.dismiss(id)
  wrong = wrong.filter((entry) => !old.includes(entry))
}

export const said = (text: string, description?: string): void => {
  clearWrong()
  toast.success(text, { description })
}

/** Says what was done and offers to take it back for ten seconds. */
export function saidWithUndo(
  text: string,
  undo: () => void | Promise<void>,
  description?: string,
): void {
  clearWrong()
  toast.success(text, {
    description,
    duration: 10_000,
    action: { label: 'Undo', onClick: () => void undo() },
  })
}

export const saidWrong = (text: string, description?: string): void => {
  const id = toast.error(text, { description, duration: 10_000 })
  wrong.push({ id, at: Date.now() })
}
