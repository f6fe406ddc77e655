/** Routes: posts, their versions and approval. */
import type { Routes } from '../platform/endpoint.ts'

export const postRoutes = {
  createPost: {
    method: 'post',
    path: '/workspaces/:workspaceId/posts',
    can: ['post', 'create'],
    effect: 'write',
  },
  listPosts: {
    method: 'get',
    path: '/workspaces/:workspaceId/posts',
    can: ['post', 'read'],
    effect: 'read',
  },
  calendar: {
    method: 'get',
    path: '/workspaces/:workspaceId/calendar',
    can: ['post', 'read'],
    effect: 'read',
  },
  getPost: {
    method: 'get',
    path: '/workspaces/:workspaceId/posts/:postId',
    can: ['post', 'read'],
    effect: 'read',
  },
  updatePost: {
    method: 'patch',
    path: '/workspaces/:workspaceId/posts/:postId',
    can: ['post', 'update'],
    effect: 'write',
  },
  deletePost: {
    method: 'delete',
    path: '/workspaces/:workspaceId/posts/:postId',
    can: ['post', 'delete'],
    effect: 'destructive',
  },
  duplicatePost: {
    method: 'post',
    path: '/workspaces/:workspaceId/posts/:postId/duplicate',
    can: ['post', 'create'],
    effect: 'write',
  },
  listVersions: {
    method: 'get',
    path: '/workspaces/:workspaceId/posts/:postId/versions',
    can: ['post', 'read'],
    effect: 'read',
  },
  restoreVersion: {
    method: 'post',
    path: '/workspaces/:workspaceId/posts/:postId/versions/restore',
    can: ['post', 'update'],
    effect: 'write',
  },
  submitPost: {
    method: 'post',
    path: '/workspaces/:workspaceId/posts/:postId/submit',
    can: ['post', 'update'],
    effect: 'write',
  },
  approvePost: {
    method: 'post',
    path: '/workspaces/:workspaceId/posts/:postId/approve',
    can: ['post', 'approve'],
    effect: 'write',
  },
  withdrawApproval: {
    method: 'post',
    path: '/workspaces/:workspaceId/posts/:postId/withdraw-approval',
    can: ['post', 'approve'],
    effect: 'write',
  },
  requestChanges: {
    method: 'post',
    path: '/workspaces/:workspaceId/posts/:postId/request-changes',
    can: ['post', 'approve'],
    effect: 'write',
  },
  listComments: {
    method: 'get',
    path: '/workspaces/:workspaceId/posts/:postId/comments',
    can: ['post', 'read'],
    effect: 'read',
  },
  createComment: {
    method: 'post',
    path: '/workspaces/:workspaceId/posts/:postId/comments',
    can: ['post', 'comment'],
    effect: 'write',
  },
} as const satisfies Routes

export const previewRoutes = {
  // It makes this server call an address, so it is for those who may write that address into a post.
  previewLink: {
    method: 'get',
    path: '/workspaces/:workspaceId/link-preview',
    can: ['post', 'update'],
    effect: 'read',
  },
} as const satisfies Routes
