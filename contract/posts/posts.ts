/** What can be done with posts. */
import { z } from 'zod'
import {
  Deleted,
  ExternalId,
  Id,
  Instant,
  PageQuery,
  WorkspaceParams,
  list,
  page,
} from '../platform/common.ts'
import { describe } from '../platform/endpoint.ts'
import {
  Comment,
  Post,
  PostCreate,
  PostParams,
  PostTile,
  PostUpdate,
  PostVersion,
  Shown,
  changingPost,
} from './post.ts'
import { postRoutes } from './routes.ts'

const onPost = { tag: 'Posts', params: PostParams, response: Post } as const
const Approved = z.object({ contentVersion: z.number().int() })
const Note = z.object({ text: z.string().trim().min(1, 'Write a few words.').max(2000) })

export const posts = describe(postRoutes, {
  createPost: {
    tag: 'Posts',
    summary: 'Create a post as a draft',
    params: WorkspaceParams,
    body: PostCreate,
    response: Post,
    status: 201,
    creates: [postRoutes.getPost.path, 'id'],
    problems: ['conflict'],
  },
  listPosts: {
    tag: 'Posts',
    summary: 'List posts; filter by state, channel, campaign, time and text',
    params: WorkspaceParams,
    query: PageQuery.extend({
      shown: list(Shown).optional(),
      channelId: Id.optional(),
      campaignId: Id.optional(),
      runId: Id.optional(),
      from: Instant.optional(),
      to: Instant.optional(),
      q: z.string().max(200).optional(),
      externalId: ExternalId.optional(),
      updatedSince: Instant.optional(),
      unscheduled: z.stringbool().optional(),
      order: z.enum(['newest', 'time']).default('newest'),
    }),
    response: page(PostTile),
  },
  calendar: {
    tag: 'Posts',
    summary: 'All posts of a range of days in one answer, at most 2,000',
    params: WorkspaceParams,
    query: z.object({
      from: Instant,
      to: Instant,
      shown: list(Shown).optional(),
      channelId: Id.optional(),
      campaignId: Id.optional(),
    }),
    response: z.object({ data: z.array(PostTile), truncated: z.boolean() }),
  },
  getPost: {
    ...onPost,
    summary: 'Get a post with its deliveries',
  },
  updatePost: {
    ...onPost,
    summary: 'Change text, media, channels or time, until sending has begun',
    body: PostUpdate,
    ifMatch: 'required',
    problems: ['conflict', 'already_sending'],
  },
  deletePost: {
    tag: 'Posts',
    summary: 'Delete a post with its workflow histories, for good',
    params: PostParams,
    ifMatch: 'optional',
    query: z.object({ takeDown: list(Id).default([]) }),
    status: 202,
    response: Deleted,
    tx: 'own',
  },
  duplicatePost: {
    ...changingPost,
    summary: 'Copy a post into a new draft without a time',
    status: 201,
    creates: [postRoutes.getPost.path, 'id'],
  },
  listVersions: {
    tag: 'Posts',
    summary: 'Every version of the content, newest first',
    params: PostParams,
    response: z.object({ data: z.array(PostVersion) }),
  },
  restoreVersion: {
    ...changingPost,
    summary: 'Take an earlier version as the current one',
    body: Approved,
    problems: ['conflict', 'already_sending'],
  },
  submitPost: {
    ...changingPost,
    summary: 'Ask for approval',
    problems: ['conflict'],
  },
  approvePost: {
    ...changingPost,
    summary: 'Approve exactly this content version',
    body: Approved,
    problems: ['conflict'],
  },
  withdrawApproval: {
    ...changingPost,
    summary: 'Take an approval back; scheduled deliveries are cancelled',
    problems: ['already_sending'],
  },
  requestChanges: {
    ...changingPost,
    summary: 'Send a post back with what should change; scheduled deliveries are cancelled',
    body: Note,
    problems: ['already_sending'],
  },
  listComments: {
    tag: 'Posts',
    summary: 'List comments and decisions',
    params: PostParams,
    response: z.object({ data: z.array(Comment) }),
  },
  createComment: {
    tag: 'Posts',
    summary: 'Comment on a post',
    params: PostParams,
    ifMatch: 'optional',
    body: Note,
    response: Comment,
    status: 201,
  },
})
