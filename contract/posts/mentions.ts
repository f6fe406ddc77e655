/** Who a mention is on each network. */
import { z } from 'zod'
import type { NetworkName } from '../platform/common.ts'
import { handleRules } from './handles.ts'

const handleOn = (network: NetworkName) =>
  z.string().trim().max(200).regex(handleRules[network].pattern, handleRules[network].words)

/** As it is written; what was stored before is read as it is. */
export const MentionInput = z.object({
  name: z
    .string()
    .trim()
    .min(1)
    .max(80)
    .regex(/^[^{}]*$/, 'A name has no { and no }.'),
  handles: z.strictObject({
    page: handleOn('page').optional(),
    mastodon: handleOn('mastodon').optional(),
    bluesky: handleOn('bluesky').optional(),
  }),
})
