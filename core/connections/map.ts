/** What is stored of model providers. */
import { ofWorkspace, type DataMap, type Words } from '../platform/data-map.ts'

const provider: Words = { ...ofWorkspace, category: 'provider', eraser: 'connection' }

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
