/** What is stored of connected accounts. */
import { operation, ofWorkspace, type DataMap, type Words } from '../platform/data-map.ts'

const channel: Words = { ...ofWorkspace, category: 'channel', eraser: 'channel' }

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
      ...operation,
      columns: [['network origin redirect_uri created_at'], ['sealed_app', { exporter: 'secret' }]],
    },
  },
}
