/** What is stored of the public page. */
import type { DataMap, Words } from '../platform/data-map.ts'

const shown: Words = {
  category: 'content',
  purpose: 'publish',
  basis: 'contract',
  retention: 'object',
  region: 'workspace',
  eraser: 'post',
  exporter: 'workspace',
}

export const pageMap: DataMap = {
  tables: {
    page_posts: {
      ...shown,
      columns: [['delivery_id workspace_id slug segments language published_at']],
    },
    page_addresses: { ...shown, eraser: 'workspace', columns: [['slug workspace_id left_at']] },
  },
}
