/** What is stored of what was sent. */
import { operation, ofWorkspace, type DataMap, type Words } from '../platform/data-map.ts'

const record: Words = { ...ofWorkspace, category: 'record', purpose: 'prove', eraser: 'post' }

export const publishingMap: DataMap = {
  tables: {
    allowed_moves: {
      ...operation,
      columns: [['from_state to_state']],
    },
    deliveries: {
      ...record,
      columns: [
        ['id workspace_id post_id channel_id network state generation content_version'],
        ['publish_at lateness_minutes published_at remote_id permalink reason detail shown'],
        ['created_at updated_at'],
        [
          'attempt armed_at settles_at next_try_at told prepared moves claimed_until',
          { exporter: 'none' },
        ],
      ],
    },
    erasures: {
      ...record,
      eraser: 'workspace',
      columns: [
        ['id workspace_id kind subject take_down stays begun_at tried_at ended_at'],
        ['by_person', { eraser: 'author' }],
      ],
    },
    attempts: {
      ...record,
      columns: [
        ['delivery_id number workspace_id armed_at answered_at outcome reason outgoing'],
        ['claim', { exporter: 'none' }],
      ],
    },
    moves: {
      ...record,
      columns: [
        ['id workspace_id post_id delivery_id from_state to_state attempt reason code params'],
        ['permalink at number'],
        ['person_id', { eraser: 'author' }],
      ],
    },
    outgoing: {
      ...record,
      columns: [
        ['delivery_id number workspace_id content_version content_hash payload_hash armed_at'],
        ['payload handle', { category: 'content' }],
        ['token', { exporter: 'none' }],
      ],
    },
    standing: {
      ...record,
      columns: [
        ['delivery_id remote_id part workspace_id channel_id permalink content_version since'],
        ['removed_at'],
      ],
    },
  },
}
