/** What is stored of campaigns. */
import type { DataMap, Words } from '../platform/data-map.ts'

const brief: Words = {
  category: 'content',
  purpose: 'publish',
  basis: 'contract',
  retention: 'object',
  region: 'workspace',
  eraser: 'campaign',
  exporter: 'workspace',
}

export const campaignsMap: DataMap = {
  tables: {
    campaigns: {
      ...brief,
      columns: [
        ['id workspace_id external_id name brief version deleting created_at updated_at'],
        ['created_by', { eraser: 'author' }],
      ],
    },
  },
}
