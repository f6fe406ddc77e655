/** Opaque cursors of pages: what the last row of a page was sorted by. */
import type { z } from 'zod'
import { fieldProblem } from '#contract/platform/problems.ts'

export const cursorOf = (key: unknown): string =>
  Buffer.from(JSON.stringify(key)).toString('base64url')

/** What a cursor holds, or undefined without one. Throws a field problem for one that is not ours. */
export function readCursor<T>(cursor: string | undefined, schema: z.ZodType<T>): T | undefined {
  if (cursor === undefined) return undefined
  try {
    return schema.parse(JSON.parse(Buffer.from(cursor, 'base64url').toString()))
  } catch {
    throw fieldProblem('/query/cursor', 'This cursor is not from here. Begin without one.')
  }
}

/** One row more than `limit` was read: that it is there says that there is a next page. */
export function pageOf<R, O>(
  found: R[],
  limit: number,
  key: (row: R) => unknown,
  out: (row: R) => O,
): { data: O[]; next: string | null } {
  const shown = found.slice(0, limit)
  const last = shown.at(-1)
  return { data: shown.map(out), next: found.length > limit && last ? cursorOf(key(last)) : null }
}
