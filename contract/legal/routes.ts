/** Routes: legal documents. */
import type { Routes } from '../platform/endpoint.ts'

export const legalRoutes = {
  getLegalDocument: {
    method: 'get',
    path: '/legal/:name',
    can: 'public',
    effect: 'read',
  },
} as const satisfies Routes
