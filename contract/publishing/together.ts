/** What can be done with many posts at once: each has its own outcome. */
import { z } from 'zod'
import { Id, WorkspaceParams } from '../platform/common.ts'
import { describe } from '../platform/endpoint.ts'
import { When } from '../posts/post.ts'
import { togetherRoutes } from './routes.ts'

const Bulk = z.object({ postIds: z.array(Id).min(1).max(200) })
const Outcome = z.object({
  postId: Id,
  ok: z.boolean(),
  problem: z.string().nullable(),
  /** What this call did and the opposite call takes back; what stood so before is not in it. Moving and taking back name nothing. */
  did: z.array(z.enum(['approved', 'scheduled', 'cancelled'])),
})
const many = {
  tag: 'Posts',
  params: WorkspaceParams,
  response: z.object({ data: z.array(Outcome) }),
} as const

export const postsTogether = describe(togetherRoutes, {
  movePosts: {
    ...many,
    summary: 'Move posts to other times, keeping their states where the mover may approve',
    body: z.object({
      moves: z
        .array(z.object({ postId: Id, when: When }))
        .min(1)
        .max(200),
    }),
  },
  approvePosts: {
    ...many,
    summary:
      'Approve many posts, each in the version named, and schedule them when asked; posts with blocking findings are left',
    body: z.object({
      posts: z
        .array(z.object({ postId: Id, contentVersion: z.number().int() }))
        .min(1)
        .max(200),
      schedule: z.boolean().default(false),
    }),
  },
  unapprovePosts: {
    ...many,
    summary: 'Undo an approval of many posts: cancel, and return each to the state it had before',
    body: Bulk,
  },
  schedulePosts: {
    ...many,
    summary:
      'Schedule many approved posts, each at its own time; posts without one, or with one that has passed, are left',
    body: Bulk,
  },
  cancelPosts: {
    ...many,
    summary: 'Cancel what is scheduled of many posts; text, approval and time stay',
    body: Bulk,
  },
})
