/** Server-sent events of a workspace. */
import { z } from 'zod'
import { Id, WorkspaceParams } from './common.ts'
import { describe } from './endpoint.ts'
import { eventRoutes } from './routes.ts'

export const events = describe(eventRoutes, {
  events: {
    tag: 'Workspaces',
    params: WorkspaceParams,
    summary: 'Server-sent events of the workspace; resumes after Last-Event-ID',
    query: z.object({ runId: Id.optional(), postId: Id.optional() }),
    status: 200,
    raw: 'events',
    tx: 'own',
  },
})
