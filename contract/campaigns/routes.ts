/** Routes: campaigns. */
import type { Routes } from '../platform/endpoint.ts'

export const campaignRoutes = {
  createCampaign: {
    method: 'post',
    path: '/workspaces/:workspaceId/campaigns',
    can: ['campaign', 'create'],
    effect: 'write',
  },
  listCampaigns: {
    method: 'get',
    path: '/workspaces/:workspaceId/campaigns',
    can: ['campaign', 'read'],
    effect: 'read',
  },
  getCampaign: {
    method: 'get',
    path: '/workspaces/:workspaceId/campaigns/:campaignId',
    can: ['campaign', 'read'],
    effect: 'read',
  },
  updateCampaign: {
    method: 'patch',
    path: '/workspaces/:workspaceId/campaigns/:campaignId',
    can: ['campaign', 'update'],
    effect: 'write',
  },
  deleteCampaign: {
    method: 'delete',
    path: '/workspaces/:workspaceId/campaigns/:campaignId',
    can: ['campaign', 'delete'],
    effect: 'destructive',
  },
} as const satisfies Routes
