/** Dragging a tile to another day with mouse or pen. Touch scrolls; there the Move dialog serves. */
import type { Placed } from './arrange.ts'

const beginsAfterPx = 5

export function dragging(drop: (tile: Placed, day: string) => void) {
  const state = $state<{ tile: Placed | null; over: string | null }>({ tile: null, over: null })
  let pressed: { tile: Placed; x: number; y: number } | null = null

  const dayAt = (event: PointerEvent): string | null =>
    document.elementFromPoint(event.clientX, event.clientY)?.closest<HTMLElement>('[data-day]')
      ?.dataset.day ?? null
  const reset = () => {
    pressed = null
    state.tile = null
    state.over = null
  }

  return {
    get tile() {
      return state.tile
    },
    get over() {
      return state.over
    },
    begin(event: PointerEvent, tile: Placed) {
      if (event.pointerType === 'touch' || event.button !== 0 || event.shiftKey) return
      pressed = { tile, x: event.clientX, y: event.clientY }
    },
    move(event: PointerEvent) {
      if (!pressed) return
      const far = Math.hypot(event.clientX - pressed.x, event.clientY - pressed.y)
      if (!state.tile && far < beginsAfterPx) return
      state.tile = pressed.tile
      state.over = dayAt(event)
    },
    end(event: PointerEvent) {
      const { tile } = state
      const day = tile ? dayAt(event) : null
      if (tile) swallowClick()
      reset()
      if (tile && day && day !== tile.here.slice(0, 10)) drop(tile, day)
    },
    cancel: reset,
  }
}

/** The click that ends a drag must not open the post. */
function swallowClick(): void {
  const stop = (event: MouseEvent) => event.preventDefault()
  window.addEventListener('click', stop, { capture: true, once: true })
  setTimeout(() => window.removeEventListener('click', stop, { capture: true }), 0)
}
