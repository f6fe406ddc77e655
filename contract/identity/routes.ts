/** Routes: accounts, sessions and keys for programs. */
import type { Routes } from '../platform/endpoint.ts'

export const authRoutes = {
  register: {
    method: 'post',
    path: '/register',
    can: 'public',
    effect: 'write',
  },
  signIn: {
    method: 'post',
    path: '/sign-in',
    can: 'public',
    effect: 'write',
  },
  refreshSession: {
    method: 'post',
    path: '/refresh',
    can: 'public',
    effect: 'write',
  },
  signOut: {
    method: 'post',
    path: '/sign-out',
    can: 'person',
    effect: 'write',
  },
  getMe: {
    method: 'get',
    path: '/me',
    can: 'signed-in',
    effect: 'read',
  },
  updateMe: {
    method: 'patch',
    path: '/me',
    can: 'person',
    effect: 'write',
  },
  changePassword: {
    method: 'post',
    path: '/me/password',
    can: 'person',
    effect: 'write',
  },
  listSessions: {
    method: 'get',
    path: '/me/sessions',
    can: 'person',
    effect: 'read',
  },
  endSession: {
    method: 'delete',
    path: '/me/sessions/:sessionId',
    can: 'person',
    effect: 'destructive',
  },
} as const satisfies Routes

export const keyRoutes = {
  listApiKeys: {
    method: 'get',
    path: '/workspaces/:workspaceId/api-keys',
    can: ['key', 'read'],
    effect: 'read',
  },
  createApiKey: {
    method: 'post',
    path: '/workspaces/:workspaceId/api-keys',
    can: ['key', 'manage'],
    effect: 'write',
  },
  revokeApiKey: {
    method: 'delete',
    path: '/workspaces/:workspaceId/api-keys/:keyId',
    can: ['key', 'manage'],
    effect: 'destructive',
  },
} as const satisfies Routes
