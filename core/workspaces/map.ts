/** What is stored of workspaces and who belongs to them. */
import { ofWorkspace, type DataMap, type Words } from '../platform/data-map.ts'

const workspace: Words = {
  ...ofWorkspace,
  category: 'workspace',
  purpose: 'work_together',
  eraser: 'workspace',
}

export const workspacesMap: DataMap = {
  tables: {
    workspaces: {
      ...workspace,
      columns: [
        ['id name time_zone language region slots demo version created_at updated_at'],
        ['page_on page_slug page_title page_about page_imprint', { purpose: 'publish' }],
        ['hold_reason hold_since', { purpose: 'publish' }],
        ['hold_by', { purpose: 'publish', eraser: 'author' }],
      ],
    },
    memberships: {
      ...workspace,
      category: 'membership',
      eraser: 'person',
      columns: [['workspace_id person_id role created_at']],
    },
    roles: { ...workspace, columns: [['id workspace_id name permissions created_at updated_at']] },
  },
}
