/** Routes: the demo workspace. */
import type { Routes } from '../platform/endpoint.ts'

export const demoRoutes = {
  wipeDemo: {
    method: 'post',
    path: '/workspaces/:workspaceId/wipe-demo',
    can: ['workspace', 'delete'],
    effect: 'destructive',
  },
} as const satisfies Routes
