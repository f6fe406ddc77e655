/** When a post goes out: at a time, in the next free slot, now, or not after all. */
import { z } from 'zod'
import { WorkspaceParams } from '../platform/common.ts'
import { describe } from '../platform/endpoint.ts'
import { When, changingPost } from '../posts/post.ts'
import { scheduleRoutes } from './routes.ts'

export const schedule = describe(scheduleRoutes, {
  schedulePost: {
    ...changingPost,
    summary: 'Schedule an approved post, at its own time, at another, or in the next free slot',
    body: z.object({ when: When.optional(), nextFreeSlot: z.boolean().default(false) }),
    problems: ['not_approved', 'already_sending', 'held', 'conflict'],
  },
  publishPost: {
    ...changingPost,
    summary: 'Publish an approved post now',
    status: 202,
    problems: ['not_approved', 'already_sending', 'held', 'conflict', 'invalid'],
  },
  cancelPost: {
    ...changingPost,
    summary: 'Cancel what is scheduled; text, approval and time stay',
    problems: ['already_sending', 'conflict'],
  },
  nextSlot: {
    tag: 'Posts',
    summary: 'The next free slot',
    params: WorkspaceParams,
    response: When,
    problems: ['conflict'],
  },
})
