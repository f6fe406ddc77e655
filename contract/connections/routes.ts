/** Routes: model providers. */
import type { Routes } from '../platform/endpoint.ts'

export const connectionRoutes = {
  listConnections: {
    method: 'get',
    path: '/workspaces/:workspaceId/connections',
    can: ['connection', 'read'],
    effect: 'read',
  },
  createConnection: {
    method: 'post',
    path: '/workspaces/:workspaceId/connections',
    can: ['connection', 'manage'],
    effect: 'write',
  },
  updateConnection: {
    method: 'patch',
    path: '/workspaces/:workspaceId/connections/:connectionId',
    can: ['connection', 'manage'],
    effect: 'write',
  },
  testConnection: {
    method: 'post',
    path: '/workspaces/:workspaceId/connections/:connectionId/test',
    can: ['connection', 'manage'],
    effect: 'write',
  },
  switchConnection: {
    method: 'post',
    path: '/workspaces/:workspaceId/connections/:connectionId/switch',
    can: ['connection', 'manage'],
    effect: 'write',
  },
  deleteConnection: {
    method: 'delete',
    path: '/workspaces/:workspaceId/connections/:connectionId',
    can: ['connection', 'manage'],
    effect: 'destructive',
  },
} as const satisfies Routes
