/** What a dialog needs. */
import type { Snippet } from 'svelte'

export type DialogProps = {
  open: boolean
  title: string
  /** One or two sentences below the title: what this is about. */
  about?: string
  width?: number
  children: Snippet
  /** Buttons, the way out first, the act last. */
  actions?: Snippet
  onclose?: () => void
}
