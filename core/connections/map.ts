/** What is stored of model providers. */
import type { DataMap, Words } from '../platform/data-map.ts'

const provider: Words = {
  category: 'provider',
  purpose: 'publish',
  basis: 'contract',
  retention: 'object',
  region: 'workspace',
  eraser: 'connection',
  exporter: 'workspace',
}

export const connectionsMap: DataMap = {
  tables: {
    connections: {
      ...provider,
      columns: [
        ['id workspace_id name adapter base_url model key_hint terms prices is_on position'],
        ['terms_accepted_at last_test created_at updated_at'],
        ['terms_accepted_by', { eraser: 'author' }],
        ['sealed_key', { exporter: 'secret' }],
      ],
    },
  },
}
