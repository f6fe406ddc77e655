/** What is stored of images. */
import type { DataMap, Words } from '../platform/data-map.ts'

const image: Words = {
  category: 'content',
  purpose: 'publish',
  basis: 'contract',
  retention: 'object',
  region: 'workspace',
  eraser: 'asset',
  exporter: 'workspace',
}

export const mediaMap: DataMap = {
  tables: {
    assets: {
      ...image,
      columns: [
        ['id workspace_id name mime bytes width height alt sha256 created_at updated_at'],
        ['created_by', { eraser: 'author' }],
      ],
    },
    asset_data: { ...image, columns: [['asset_id workspace_id data']] },
  },
}
