/** Routes: the workspace's public page. */
import type { Routes } from '../platform/endpoint.ts'

export const pageRoutes = {
  updatePage: {
    method: 'put',
    path: '/workspaces/:workspaceId/page',
    can: ['workspace', 'update'],
    effect: 'write',
  },
} as const satisfies Routes
