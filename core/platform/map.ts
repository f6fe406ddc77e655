/** What the platform's tables and stores hold. */
import { operation, type DataMap, type Words } from './data-map.ts'

/** Ids of what belongs to a workspace, kept for a while. */
const passing: Words = {
  ...operation,
  category: 'record',
  basis: 'contract',
  retention: 'day',
  region: 'workspace',
  eraser: 'expiry',
}

export const platformMap: DataMap = {
  tables: {
    allowances: { ...operation, columns: [['limit_name subject ends_at taken granted']] },
    heartbeats: { ...operation, columns: [['name detail at']] },
    job_runs: { ...operation, columns: [['name started_at ended_at outcome count error']] },
    migrations: { ...operation, columns: [['name applied_at']] },
    periodic_jobs: {
      ...operation,
      columns: [['name every_ms holder leased_until due_at succeeded_at created_at']],
    },
    events: { ...passing, columns: [['id tx workspace_id kind subject parent private_to at']] },
    idempotency_keys: {
      ...passing,
      columns: [
        ['actor method path key workspace_id status resource_id created_at'],
        ['body_hash answer', { category: 'content' }],
      ],
    },
    outbox: {
      ...passing,
      retention: 'object',
      eraser: 'workspace',
      columns: [['kind subject workspace_id dirty_at next_at tries last_error']],
    },
    workflow_runs: {
      ...passing,
      purpose: 'prove',
      retention: 'object',
      eraser: 'workspace',
      columns: [
        ['workflow_id run_id workspace_id erase created_at'],
        ['post_id', { eraser: 'post' }],
        ['campaign_id', { eraser: 'campaign' }],
        ['campaign_run_id', { eraser: 'run' }],
      ],
    },
    mails: {
      category: 'mail',
      purpose: 'notify',
      basis: 'contract',
      retention: 'object',
      region: 'person',
      eraser: 'person',
      exporter: 'person',
      columns: [
        ['id person_id workspace_id class subject body state tries next_at created_at'],
        ['error dedupe bundle', { exporter: 'none' }],
      ],
    },
  },
  stores: {
    logs: {
      ...operation,
      what: 'Files in the data folder’s `logs`: ids, outcomes and times of requests and work, never content.',
      category: 'record',
      basis: 'legitimate_interest',
      retention: 'ninety_days',
      eraser: 'expiry',
    },
    wal: {
      ...operation,
      what: 'Postgres’ write-ahead log: changed rows once more, until its files are used again.',
      category: 'content',
      basis: 'contract',
      retention: 'expiry',
      eraser: 'expiry',
    },
    temporal: {
      ...operation,
      what: 'Histories of workflows in Temporal: ids and instants.',
      category: 'record',
      purpose: 'prove',
      basis: 'contract',
      retention: 'week',
      region: 'workspace',
      eraser: 'post',
    },
    cookies: {
      ...operation,
      what: 'Cookies in a person’s browser: two that keep them signed in, the workspace they were in, light or dark.',
      category: 'session',
      purpose: 'sign_in',
      basis: 'contract',
      retention: 'expiry',
      region: 'person',
      eraser: 'expiry',
    },
    browser: {
      ...operation,
      what: 'The browser’s own storage: text that was typed and not yet saved, until it is.',
      category: 'content',
      purpose: 'publish',
      basis: 'contract',
      retention: 'object',
      region: 'person',
      eraser: 'expiry',
    },
  },
}
