/** What is stored of posts. */
import { ofWorkspace, type DataMap, type Words } from '../platform/data-map.ts'

const content: Words = { ...ofWorkspace, category: 'content', eraser: 'post' }

export const postsMap: DataMap = {
  tables: {
    posts: {
      ...content,
      columns: [
        ['id workspace_id campaign_id run_id external_id slot_index created_at updated_at'],
        ['title content own_texts channel_ids findings blocked provenance visibility'],
        ['erasing state shown version content_version approved_version approved_from generation'],
        ['wall_time time_zone publish_at lateness_minutes'],
        ['created_by approved_by', { eraser: 'author' }],
        // Made of the texts, to find them by.
        ['words', { exporter: 'none' }],
      ],
    },
    post_versions: {
      ...content,
      columns: [
        ['post_id content_version workspace_id content own_texts provenance remark created_at'],
        ['created_by', { eraser: 'author' }],
      ],
    },
    comments: {
      ...content,
      columns: [
        ['id workspace_id post_id kind text content_version created_at'],
        ['person_id', { eraser: 'author' }],
      ],
    },
  },
}
