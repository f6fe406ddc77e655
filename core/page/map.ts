/** What is stored of the public page. */
import { ofWorkspace, type DataMap, type Words } from '../platform/data-map.ts'

const shown: Words = { ...ofWorkspace, category: 'content', eraser: 'post' }

export const pageMap: DataMap = {
  tables: {
    page_posts: {
      ...shown,
      columns: [['delivery_id workspace_id slug segments language published_at']],
    },
    page_addresses: { ...shown, eraser: 'workspace', columns: [['slug workspace_id left_at']] },
  },
}
