/** Lines of a text as they wrap in a column, measured in the page. */
import type { Fold } from '#networks/manifest.ts'

/** Pixels; any line height does, for lines are counted. */
export const lineHeight = 22

/** How much of the text that stands in `box` is shown before somebody asks for more; null: all of it. `box` holds nothing but the text. */
export function foldIn(box: HTMLElement, { over, shows }: Fold): number | null {
  const text = box.firstChild
  if (!(text instanceof Text) || box.clientHeight <= over * lineHeight) return null
  const range = document.createRange()
  range.setStart(text, 0)
  const fits = (length: number) => {
    range.setEnd(text, length)
    return range.getBoundingClientRect().height <= shows * lineHeight
  }
  let [fitting, tooLong] = [0, text.length]
  while (tooLong - fitting > 1) {
    const middle = (fitting + tooLong) >> 1
    if (fits(middle)) fitting = middle
    else tooLong = middle
  }
  // Never between the two halves of one character.
  return /[\ud800-\udbff]$/.test(text.data.slice(0, fitting)) ? fitting - 1 : fitting
}
