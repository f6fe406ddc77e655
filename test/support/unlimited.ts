/** For tests that make more requests a minute than a person does. */
import type { Limits } from '../../core/platform/limits.ts'

export const unlimited: Limits = {
  take: async () => ({ allowed: true, most: 1, windowMs: 60_000, left: 1, waitMs: 60_000 }),
}
