/** Routes: channels. */
import type { Routes } from '../platform/endpoint.ts'

export const channelRoutes = {
  listNetworks: {
    method: 'get',
    path: '/workspaces/:workspaceId/networks',
    can: ['channel', 'read'],
    effect: 'read',
  },
  listChannels: {
    method: 'get',
    path: '/workspaces/:workspaceId/channels',
    can: ['channel', 'read'],
    effect: 'read',
  },
  getChannel: {
    method: 'get',
    path: '/workspaces/:workspaceId/channels/:channelId',
    can: ['channel', 'read'],
    effect: 'read',
  },
  connectChannel: {
    method: 'post',
    path: '/workspaces/:workspaceId/channels',
    can: ['channel', 'connect'],
    effect: 'write',
  },
  finishConnection: {
    method: 'post',
    path: '/channel-callback',
    can: 'person',
    effect: 'write',
  },
  checkChannel: {
    method: 'post',
    path: '/workspaces/:workspaceId/channels/:channelId/check',
    can: ['channel', 'check'],
    effect: 'write',
  },
  pauseChannel: {
    method: 'post',
    path: '/workspaces/:workspaceId/channels/:channelId/pause',
    can: ['channel', 'pause'],
    effect: 'write',
  },
  resumeChannel: {
    method: 'post',
    path: '/workspaces/:workspaceId/channels/:channelId/resume',
    can: ['channel', 'resume'],
    effect: 'write',
  },
  disconnectChannel: {
    method: 'delete',
    path: '/workspaces/:workspaceId/channels/:channelId',
    can: ['channel', 'connect'],
    effect: 'destructive',
  },
} as const satisfies Routes
