/** Routes: workspaces and their members. */
import type { Routes } from '../platform/endpoint.ts'

export const workspaceRoutes = {
  listWorkspaces: {
    method: 'get',
    path: '/workspaces',
    can: 'signed-in',
    effect: 'read',
  },
  createWorkspace: {
    method: 'post',
    path: '/workspaces',
    can: 'person',
    effect: 'write',
  },
  getWorkspace: {
    method: 'get',
    path: '/workspaces/:workspaceId',
    can: ['workspace', 'read'],
    effect: 'read',
  },
  // Name, language and zone stand on the public page, and slots are when posts go out.
  updateWorkspace: {
    method: 'patch',
    path: '/workspaces/:workspaceId',
    can: ['workspace', 'update'],
    effect: 'write',
  },
  listMembers: {
    method: 'get',
    path: '/workspaces/:workspaceId/members',
    can: ['member', 'read'],
    effect: 'read',
  },
  addMember: {
    method: 'post',
    path: '/workspaces/:workspaceId/members',
    can: ['member', 'manage'],
    effect: 'write',
  },
  updateMember: {
    method: 'patch',
    path: '/workspaces/:workspaceId/members/:personId',
    can: ['member', 'manage'],
    effect: 'write',
  },
  removeMember: {
    method: 'delete',
    path: '/workspaces/:workspaceId/members/:personId',
    can: ['member', 'manage'],
    effect: 'destructive',
  },
} as const satisfies Routes
