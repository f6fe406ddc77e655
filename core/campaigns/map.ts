/** What is stored of campaigns. */
import { ofWorkspace, type DataMap, type Words } from '../platform/data-map.ts'

const brief: Words = { ...ofWorkspace, category: 'content', eraser: 'campaign' }

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
