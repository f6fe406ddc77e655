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

const named = Object.entries(filters)
const all = Object.values(filters)

/** Names of the filters a connection fails; empty: it may be asked. */
export function blockedBy(connection: Connection, policy: Policy, size: CallSize): string[] {
  return named
    .filter(([, filter]) => !holds(filter, connection, policy, size))
    .map(([name]) => name)
}

/** Whether a connection may be asked: it passes every filter. */
export function isAllowed(connection: Connection, policy: Policy, size: CallSize): boolean {
  return all.every((filter) => holds(filter, connection, policy, size))
}

/** A filter that throws, or says anything but true, counts as failed. */
function holds(filter: Filter, connection: Connection, policy: Policy, size: CallSize): boolean {
  try {
    return filter(connection, policy, size) === true
  } catch {
    return false
  }
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
