/** The starter writer as a connection like any other: no network, no key, nothing to pay, and never mistaken for a model. */
import { AttemptFailure } from '../errors.ts'
import type { Connection, Starter } from '../types.ts'
import type { Adapter } from './adapter.ts'

export const starterConnection: Connection = {
  id: 'starter',
  name: 'Starter writer',
  adapter: 'starter',
  provider: 'PostAura',
  model: 'starter-writer',
  baseUrl: '',
  apiKey: '',
  enabled: true,
  terms: {
    processor: 'This PostAura instance',
    region: 'self',
    retentionDays: 0,
    trainsOnInput: 'no',
    dpaSignedAt: null,
    evidenceUrl: null,
  },
  prices: null,
  structured: 'json_schema',
  rank: Number.MAX_SAFE_INTEGER,
  revision: 0,
  contextTokensMax: null,
  requestsPerMinute: null,
  timeoutMs: null,
}

export function starterAdapter(starter: Starter): Adapter {
  return async ({ task, input }) => {
    try {
      return {
        output: { value: starter(task, input) },
        finish: 'complete',
        tokens: null,
        model: 'starter-writer',
      }
    } catch (cause) {
      throw new AttemptFailure('caller_fault', 'The starter writer could not do this.', { cause })
    }
  }
}
