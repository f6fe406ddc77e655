/** What is stored of connected accounts. */
import type { DataMap, Words } from '../platform/data-map.ts'

const channel: Words = {
  category: 'channel',
  purpose: 'publish',
  basis: 'contract',
  retention: 'object',
  region: 'workspace',
  eraser: 'channel',
  exporter: 'workspace',
}

export const channelsMap: DataMap = {
  tables: {
    channels: {
      ...channel,
      columns: [
        ['id workspace_id network remote_id name handle origin url settings scopes'],
        ['state paused_reason expires_at connected_at created_at updated_at'],
        ['connected_by', { eraser: 'author' }],
        ['sealed_secrets', { exporter: 'secret' }],
      ],
    },
    channel_authorizations: {
      ...channel,
      retention: 'expiry',
      eraser: 'expiry',
      exporter: 'secret',
      columns: [
        ['state_hash workspace_id person_id network method sealed_pending return_to expires_at'],
      ],
    },
    network_apps: {
      category: 'operation',
      purpose: 'operate',
      basis: 'none',
      retention: 'instance',
      region: 'instance',
      eraser: 'none',
      exporter: 'none',
      columns: [['network origin redirect_uri created_at'], ['sealed_app', { exporter: 'secret' }]],
    },
  },
}
