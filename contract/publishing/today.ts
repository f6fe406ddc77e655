/** What needs a person today, what goes out next, what just went out. */
import { z } from 'zod'
import { Id, Instant, WorkspaceParams } from '../platform/common.ts'
import { describe } from '../platform/endpoint.ts'
import { Delivery } from '../posts/delivery.ts'
import { PostTile } from '../posts/post.ts'
import { Hold } from '../workspaces/workspaces.ts'
import { todayRoutes } from './routes.ts'

export const Today = z
  .object({
    approvals: z.array(PostTile),
    approvalsCount: z.number().int(),
    trouble: z.array(z.object({ delivery: Delivery, title: z.string() })),
    troubleCount: z.number().int(),
    expiring: z.array(
      z.object({
        channelId: Id,
        name: z.string(),
        network: z.string(),
        expiresAt: Instant.nullable(),
        state: z.string(),
        nextPublishAt: Instant.nullable(),
      }),
    ),
    next: z.array(PostTile),
    justOut: z.array(z.object({ delivery: Delivery, title: z.string() })),
    steps: z.object({ page: z.boolean(), channel: z.boolean(), post: z.boolean() }),
    hold: Hold.nullable(),
    overdueCount: z
      .number()
      .int()
      .describe(
        'Posts whose time passed a minute ago or more and that nothing keeps: the worker is away or behind',
      ),
  })
  .meta({ id: 'Today' })

export const today = describe(todayRoutes, {
  getToday: {
    tag: 'Workspaces',
    params: WorkspaceParams,
    summary: 'What needs me, what goes out next, what just went out',
    response: Today,
  },
})
