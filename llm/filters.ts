/** Which connections may see a call. Asked before every hop; what is unknown does not pass. */
import type { Connection, Policy } from './types.ts'

export interface CallSize {
  inputTokens: number
  outputTokens: number
}

type Filter = (connection: Connection, policy: Policy, size: CallSize) => boolean

const filters: Record<string, Filter> = {
  'switched on': (c) => c.enabled,
  'allowed by name': (c, p) => !p.connectionIds || p.connectionIds.includes(c.id),
  region: (c, p) => !p.regions || p.regions.includes(c.terms.region),
  retention: (c, p) =>
    p.retentionDaysMax === undefined ||
    (c.terms.retentionDays !== null && c.terms.retentionDays <= p.retentionDaysMax),
  training: (c, p) => !p.forbidTraining || c.terms.trainsOnInput === 'no',
  'processing agreement': (c, p) =>
    !p.requireDpa || c.terms.region === 'self' || c.terms.dpaSignedAt !== null,
  'context size': (c, _p, size) =>
    c.contextTokensMax === null || size.inputTokens + size.outputTokens <= c.contextTokensMax,
}

/** Names of the filters a connection fails; empty: it may be asked. A filter that throws counts as failed. */
export function blockedBy(connection: Connection, policy: Policy, size: CallSize): string[] {
  return Object.entries(filters)
    .filter(([, passes]) => {
      try {
        return passes(connection, policy, size) !== true
      } catch {
        return true
      }
    })
    .map(([name]) => name)
}

/** Rough token count of a text before any provider has counted it: bytes weigh more outside the Latin scripts. */
export function estimateTokens(texts: string[]): number {
  return Math.ceil(
    texts.reduce(
      (sum, t) => sum + Math.max(t.length / 3.5, new TextEncoder().encode(t).length / 4),
      0,
    ),
  )
}
