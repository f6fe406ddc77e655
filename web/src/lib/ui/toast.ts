/** Short messages after an act. Undo instead of "are you sure" wherever an act can be undone. */
import { toast } from 'svelte-sonner'

export const said = (text: string, description?: string): void => {
  toast.success(text, { description })
}

/** Says what was done and offers to take it back for ten seconds. */
export function saidWithUndo(text: string, undo: () => void | Promise<void>): void {
  toast.success(text, {
    duration: 10_000,
    action: { label: 'Undo', onClick: () => void undo() },
  })
}

export const saidWrong = (text: string, description?: string): void => {
  toast.error(text, { description, duration: 10_000 })
}
