/** How activities are run, by name. */
import type { ActivityOptions } from '@temporalio/workflow'

export const profiles = {
  /** Reads only: repeated freely. */
  read: { startToCloseTimeout: '30s', retry: { initialInterval: '1s', maximumInterval: '30s' } },
  /** Idempotent: repeated, but not for ever. */
  write: {
    startToCloseTimeout: '2m',
    retry: { initialInterval: '2s', maximumInterval: '1m', maximumAttempts: 6 },
  },
  /** Long and resumable: it shows every few seconds that it lives, and goes on elsewhere when it does not. */
  prepare: {
    startToCloseTimeout: '6h',
    heartbeatTimeout: '8s',
    retry: { initialInterval: '1s', maximumInterval: '10s', maximumAttempts: 5 },
  },
  /** May make something public: one attempt; what comes next is decided by the workflow with the ledger's word. */
  publish: { startToCloseTimeout: '5m', retry: { maximumAttempts: 1 } },
} satisfies Record<string, ActivityOptions>
