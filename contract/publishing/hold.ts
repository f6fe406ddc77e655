/** Holding everything in a workspace, and what becomes afterwards of the posts whose time has passed. */
import { z } from 'zod'
import { WorkspaceParams } from '../platform/common.ts'
import { describe } from '../platform/endpoint.ts'
import { PostTile } from '../posts/post.ts'
import { Workspace } from '../workspaces/workspaces.ts'
import { holdRoutes } from './routes.ts'

export const Overdue = z.enum(['send_now', 'next_slots', 'cancel'])

const ws = { tag: 'Workspaces', params: WorkspaceParams } as const

export const hold = describe(holdRoutes, {
  holdPublishing: {
    ...ws,
    ifMatch: 'optional',
    summary: 'Hold everything: nothing goes out until resumed',
    body: z.object({ reason: z.string().trim().min(1, 'Say why, so that others know.').max(200) }),
    response: Workspace,
  },
  resumePublishing: {
    ...ws,
    ifMatch: 'optional',
    summary: 'Resume, saying what becomes of posts whose time has passed',
    body: z.object({ overdue: Overdue }),
    response: z.object({ workspace: Workspace, overdue: z.number().int() }),
    problems: ['conflict'],
  },
  listOverdue: {
    ...ws,
    summary:
      'List the posts whose time has passed while publishing is on hold, the first 50 by time',
    response: z.object({ data: z.array(PostTile) }),
  },
})
