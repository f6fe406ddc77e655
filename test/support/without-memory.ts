/** The control of every promise about sending once: a network that is never asked, and that is never sent the same key twice. */
import { randomUUID } from 'node:crypto'
import { tidFor } from '../../networks/bluesky/tid.ts'
import type { Frozen, Json, Network } from '../../networks/network.ts'

export const withoutMemory = (network: Network): Network => ({
  ...network,
  find: async () => ({ state: 'absent', by: 'identity' }),
  publish: (call, frozen, stands) => network.publish(call, withNewKeys(frozen), stands),
})

/** Idempotency keys and record keys anew, everything else as it was frozen. */
function withNewKeys(frozen: Frozen): Frozen {
  const { payload, handle } = structuredClone(frozen) as {
    payload: { writes?: { rkey: string }[] } | null
    handle: { parts?: { key: string }[] } | null
  }
  for (const part of handle?.parts ?? []) part.key = randomUUID()
  for (const [index, write] of (payload?.writes ?? []).entries())
    write.rkey = tidFor(randomUUID(), new Date(), index)
  return { payload: payload as Json, handle: handle as Json }
}
