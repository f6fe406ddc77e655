/** Routes: runs, and writing one post anew. */
import type { Routes } from '../platform/endpoint.ts'

export const runRoutes = {
  // A brief is too long for an address, so that this asks by POST; it changes nothing.
  estimateCampaign: {
    method: 'post',
    path: '/workspaces/:workspaceId/campaigns/estimate',
    can: ['campaign', 'read'],
    effect: 'read',
  },
  // Replacing drafts deletes them, which its handler allows to those who may delete posts.
  createRun: {
    method: 'post',
    path: '/workspaces/:workspaceId/campaigns/:campaignId/runs',
    can: ['campaign', 'update'],
    effect: 'write',
  },
  listRuns: {
    method: 'get',
    path: '/workspaces/:workspaceId/campaigns/:campaignId/runs',
    can: ['campaign', 'read'],
    effect: 'read',
  },
  getRun: {
    method: 'get',
    path: '/workspaces/:workspaceId/campaigns/:campaignId/runs/:runId',
    can: ['campaign', 'read'],
    effect: 'read',
  },
  cancelRun: {
    method: 'post',
    path: '/workspaces/:workspaceId/campaigns/:campaignId/runs/:runId/cancel',
    can: ['campaign', 'update'],
    effect: 'write',
  },
  deleteRun: {
    method: 'delete',
    path: '/workspaces/:workspaceId/campaigns/:campaignId/runs/:runId',
    can: ['campaign', 'delete'],
    effect: 'destructive',
  },
  regeneratePost: {
    method: 'post',
    path: '/workspaces/:workspaceId/posts/:postId/regenerate',
    can: ['post', 'update'],
    effect: 'write',
  },
} as const satisfies Routes
