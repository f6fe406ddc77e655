/** Routes: planning posts, holding them, and what became of each. */
import type { Routes } from '../platform/endpoint.ts'

export const scheduleRoutes = {
  schedulePost: {
    method: 'post',
    path: '/workspaces/:workspaceId/posts/:postId/schedule',
    can: ['post', 'schedule'],
    effect: 'write',
  },
  publishPost: {
    method: 'post',
    path: '/workspaces/:workspaceId/posts/:postId/publish',
    can: ['post', 'schedule'],
    effect: 'write',
  },
  cancelPost: {
    method: 'post',
    path: '/workspaces/:workspaceId/posts/:postId/cancel',
    can: ['post', 'schedule'],
    effect: 'write',
  },
  nextSlot: {
    method: 'get',
    path: '/workspaces/:workspaceId/next-slot',
    can: ['post', 'read'],
    effect: 'read',
  },
} as const satisfies Routes

export const togetherRoutes = {
  movePosts: {
    method: 'post',
    path: '/workspaces/:workspaceId/posts/move',
    can: ['post', 'schedule'],
    effect: 'write',
  },
  approvePosts: {
    method: 'post',
    path: '/workspaces/:workspaceId/posts/approve',
    can: ['post', 'approve'],
    effect: 'write',
  },
  unapprovePosts: {
    method: 'post',
    path: '/workspaces/:workspaceId/posts/unapprove',
    can: ['post', 'approve'],
    effect: 'write',
  },
  schedulePosts: {
    method: 'post',
    path: '/workspaces/:workspaceId/posts/schedule',
    can: ['post', 'schedule'],
    effect: 'write',
  },
  cancelPosts: {
    method: 'post',
    path: '/workspaces/:workspaceId/posts/cancel',
    can: ['post', 'schedule'],
    effect: 'write',
  },
} as const satisfies Routes

export const holdRoutes = {
  holdPublishing: {
    method: 'post',
    path: '/workspaces/:workspaceId/hold',
    can: ['workspace', 'hold'],
    effect: 'write',
  },
  resumePublishing: {
    method: 'post',
    path: '/workspaces/:workspaceId/resume',
    can: ['workspace', 'resume'],
    effect: 'write',
  },
  listOverdue: {
    method: 'get',
    path: '/workspaces/:workspaceId/overdue',
    can: ['post', 'read'],
    effect: 'read',
  },
} as const satisfies Routes

export const todayRoutes = {
  getToday: {
    method: 'get',
    path: '/workspaces/:workspaceId/today',
    can: ['workspace', 'read'],
    effect: 'read',
  },
} as const satisfies Routes

export const deliveryRoutes = {
  listDeliveries: {
    method: 'get',
    path: '/workspaces/:workspaceId/deliveries',
    can: ['post', 'read'],
    effect: 'read',
  },
  getDelivery: {
    method: 'get',
    path: '/workspaces/:workspaceId/deliveries/:deliveryId',
    can: ['post', 'read'],
    effect: 'read',
  },
  listMoves: {
    method: 'get',
    path: '/workspaces/:workspaceId/posts/:postId/moves',
    can: ['post', 'read'],
    effect: 'read',
  },
  retryDelivery: {
    method: 'post',
    path: '/workspaces/:workspaceId/deliveries/:deliveryId/retry',
    can: ['post', 'schedule'],
    effect: 'write',
  },
  resolveUnconfirmed: {
    method: 'post',
    path: '/workspaces/:workspaceId/deliveries/:deliveryId/resolve',
    can: ['post', 'schedule'],
    effect: 'write',
  },
  askNetwork: {
    method: 'post',
    path: '/workspaces/:workspaceId/deliveries/:deliveryId/ask',
    can: ['post', 'schedule'],
    effect: 'write',
  },
  takeDown: {
    method: 'post',
    path: '/workspaces/:workspaceId/deliveries/:deliveryId/take-down',
    can: ['post', 'delete'],
    effect: 'destructive',
  },
} as const satisfies Routes
