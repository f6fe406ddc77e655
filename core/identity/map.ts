/** What is stored about persons, and what proves them. */
import type { DataMap, Words } from '../platform/data-map.ts'

const account: Words = {
  category: 'account',
  purpose: 'sign_in',
  basis: 'contract',
  retention: 'object',
  region: 'person',
  eraser: 'person',
  exporter: 'person',
}
const credential: Words = { ...account, category: 'credential', exporter: 'secret' }

export const identityMap: DataMap = {
  tables: {
    persons: {
      ...account,
      columns: [
        ['id email name region sixteen_attested_at created_at updated_at'],
        ['operator', { purpose: 'operate' }],
        [
          'failed_logins locked_until',
          { category: 'session', purpose: 'protect', basis: 'legitimate_interest' },
        ],
      ],
    },
    credentials: {
      ...credential,
      columns: [['person_id password_hash'], ['changed_at', { exporter: 'person' }]],
    },
    sessions: {
      ...account,
      category: 'session',
      retention: 'expiry',
      columns: [
        ['id person_id started_at last_seen_at expires_at revoked_at revoked_reason'],
        ['ip user_agent', { purpose: 'protect', basis: 'legitimate_interest' }],
        [
          'access_hash access_expires_at previous_access_hash',
          { category: 'credential', exporter: 'secret' },
        ],
      ],
    },
    refresh_tokens: {
      ...credential,
      retention: 'expiry',
      columns: [['hash session_id person_id generation used_at successor_hash created_at']],
    },
    api_keys: {
      ...credential,
      region: 'workspace',
      eraser: 'workspace',
      exporter: 'workspace',
      columns: [
        ['id workspace_id name scopes hint created_at last_used_at revoked_at'],
        ['created_by', { eraser: 'author' }],
        ['hash', { exporter: 'secret' }],
      ],
    },
  },
}
