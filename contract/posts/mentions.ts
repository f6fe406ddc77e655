/** Who a mention is on each network. */
import { z } from 'zod'
import { NetworkName } from '../platform/common.ts'

/** As it is written; what was stored before is read as it is. What a handle looks like is each network's own (`core/posts/mentions.ts`). */
export const MentionInput = z.object({
  name: z
    .string()
    .trim()
    .min(1)
    .max(80)
    .regex(/^[^{}]*$/, 'A name has no { and no }.'),
  handles: z.record(NetworkName, z.string().trim().max(200)),
})
