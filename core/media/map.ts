/** What is stored of images. */
import { ofWorkspace, type DataMap, type Words } from '../platform/data-map.ts'

const image: Words = { ...ofWorkspace, category: 'content', eraser: 'asset' }

export const mediaMap: DataMap = {
  tables: {
    assets: {
      ...image,
      columns: [
        ['id workspace_id name mime bytes width height alt file_id created_at updated_at'],
        ['created_by', { eraser: 'author' }],
      ],
    },
    variants: {
      ...image,
      columns: [['asset_id name workspace_id file_id mime bytes width height']],
    },
    files: { ...image, columns: [['id workspace_id state sha256 touched_at']] },
  },
  stores: {
    objects: {
      ...image,
      what: 'Files of images, in the data folder’s `files` or in the bucket; they go within an hour of the last image that has them.',
    },
  },
}
