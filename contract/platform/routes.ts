/** Routes: events, and what operators see. */
import type { Routes } from './endpoint.ts'

export const eventRoutes = {
  events: {
    method: 'get',
    path: '/workspaces/:workspaceId/events',
    can: ['workspace', 'read'],
    effect: 'read',
  },
} as const satisfies Routes

export const systemRoutes = {
  getSystem: {
    method: 'get',
    path: '/system',
    can: 'operator',
    effect: 'read',
  },
  listMails: {
    method: 'get',
    path: '/system/mails',
    can: 'operator',
    effect: 'read',
  },
} as const satisfies Routes
