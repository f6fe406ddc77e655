/** Routes: images. */
import type { Routes } from '../platform/endpoint.ts'

export const mediaRoutes = {
  uploadMedia: {
    method: 'post',
    path: '/workspaces/:workspaceId/media',
    can: ['media', 'create'],
    effect: 'write',
  },
  listMedia: {
    method: 'get',
    path: '/workspaces/:workspaceId/media',
    can: ['media', 'read'],
    effect: 'read',
  },
  updateMedia: {
    method: 'patch',
    path: '/workspaces/:workspaceId/media/:assetId',
    can: ['media', 'create'],
    effect: 'write',
  },
  deleteMedia: {
    method: 'delete',
    path: '/workspaces/:workspaceId/media/:assetId',
    can: ['media', 'delete'],
    effect: 'destructive',
  },
} as const satisfies Routes
