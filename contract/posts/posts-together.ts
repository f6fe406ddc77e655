/** What can be done with many posts at once: each has its own outcome. */
import { z } from 'zod'
import { Id, WorkspaceParams } from '../platform/common.ts'
import { endpoint } from '../platform/endpoint.ts'
import { When } from './post.ts'

const Bulk = z.object({ postIds: z.array(Id).min(1).max(200) })
const Outcome = z.object({
  postId: Id,
  ok: z.boolean(),
  problem: z.string().nullable(),
  /** What this call did and the opposite call takes back; what stood so before is not in it. Moving and taking back name nothing. */
  did: z.array(z.enum(['approved', 'scheduled', 'cancelled'])),
})
const many = {
  method: 'post',
  tag: 'Posts',
  needs: 'publish',
  params: WorkspaceParams,
  response: z.object({ data: z.array(Outcome) }),
} as const

export const postsTogether = {
  movePosts: endpoint({
    ...many,
    path: '/workspaces/:workspaceId/posts/move',
    summary: 'Move posts to other times, keeping their states where the mover may approve',
    can: ['post', 'schedule'],
    body: z.object({
      moves: z
        .array(z.object({ postId: Id, when: When }))
        .min(1)
        .max(200),
    }),
  }),
  approvePosts: endpoint({
    ...many,
    path: '/workspaces/:workspaceId/posts/approve',
    summary:
      'Approve many posts, each in the version named, and schedule them when asked; posts with blocking findings are left',
    can: ['post', 'approve'],
    body: z.object({
      posts: z
        .array(z.object({ postId: Id, contentVersion: z.number().int() }))
        .min(1)
        .max(200),
      schedule: z.boolean().default(false),
    }),
  }),
  unapprovePosts: endpoint({
    ...many,
    path: '/workspaces/:workspaceId/posts/unapprove',
    summary: 'Undo an approval of many posts: cancel, and return each to the state it had before',
    can: ['post', 'approve'],
    body: Bulk,
  }),
  schedulePosts: endpoint({
    ...many,
    path: '/workspaces/:workspaceId/posts/schedule',
    summary:
      'Schedule many approved posts, each at its own time; posts without one, or with one that has passed, are left',
    can: ['post', 'schedule'],
    body: Bulk,
  }),
  cancelPosts: endpoint({
    ...many,
    path: '/workspaces/:workspaceId/posts/cancel',
    summary: 'Cancel what is scheduled of many posts; text, approval and time stay',
    can: ['post', 'schedule'],
    body: Bulk,
  }),
}
