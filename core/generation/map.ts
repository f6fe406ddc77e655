/** What is stored of runs. */
import { ofWorkspace, type DataMap, type Words } from '../platform/data-map.ts'

const written: Words = { ...ofWorkspace, category: 'content', eraser: 'run' }

export const generationMap: DataMap = {
  tables: {
    runs: {
      ...written,
      columns: [
        ['id workspace_id campaign_id number state plan slots posts_planned posts_written'],
        ['writer by_starter reason cost_micros currency started_at finished_at'],
        ['created_at updated_at'],
        ['started_by', { eraser: 'author' }],
        ['stuck_writer asked_again_at', { exporter: 'none' }],
      ],
    },
  },
}
