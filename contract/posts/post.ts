/** What a post is: content planned for an instant and addressed to channels. */
import { z } from 'zod'
import {
  ExternalId,
  Id,
  Instant,
  Language,
  NetworkName,
  TimeZone,
  WallTime,
  WorkspaceParams,
} from '../platform/common.ts'
import { Delivery } from './delivery.ts'
import { MentionInput } from './mentions.ts'

export const PostParams = WorkspaceParams.extend({ postId: Id })

export const PostState = z.enum(['draft', 'in_review', 'changes_requested', 'approved'])
/** One word for lists and tiles: the post's state until it is scheduled, then the gravest of its deliveries. */
export const Shown = z.enum([
  'draft',
  'in_review',
  'changes_requested',
  'approved',
  'scheduled',
  'publishing',
  'published',
  'failed',
  'missed',
  'unconfirmed',
  'cancelled',
  'taken_down',
])
export type Shown = z.infer<typeof Shown>

export const Segment = z.object({
  text: z.string().max(20_000),
  assetIds: z.array(Id).max(20).default([]),
})
export const Mention = z.object({
  name: z.string().trim().min(1).max(80),
  handles: z.record(NetworkName, z.string().max(200)),
})
export const Content = z
  .object({
    segments: z.array(Segment).min(1, 'A post has at least one part.').max(25),
    language: Language.default('en'),
    mentions: z.array(Mention).max(20).default([]),
  })
  .meta({ id: 'Content' })
export type Content = z.infer<typeof Content>
const ContentInput = Content.extend({
  mentions: z.array(MentionInput).max(20).default([]),
}).meta({ id: 'ContentInput' })

/** Text of one channel where it differs from the common one. */
export const OwnText = z.object({ channelId: Id, segments: z.array(Segment).min(1).max(25) })

/** When: wall time and zone are what a person means; `publishAt` is the instant that follows from them. */
export const When = z.object({ wallTime: WallTime, timeZone: TimeZone })

export const Provenance = z.object({
  /** Who wrote it: a person's name, a connection's name, or the starter writer. */
  writer: z.string(),
  kind: z.enum(['person', 'model', 'starter']),
  model: z.string().nullable(),
  region: z.string().nullable(),
  retentionDays: z.number().nullable(),
  costMicros: z.number().int().nullable(),
  currency: z.string().nullable(),
  note: z.string().nullable(),
})

export const PostFinding = z.object({
  code: z.string(),
  level: z.enum(['block', 'warn']),
  message: z.string(),
  segment: z.number().int(),
  channelId: Id.nullable(),
})

export const Post = z
  .object({
    id: Id,
    externalId: z.string().nullable(),
    campaignId: Id.nullable(),
    runId: Id.nullable(),
    state: PostState,
    shown: Shown,
    content: Content,
    ownTexts: z.array(OwnText),
    channelIds: z.array(Id),
    when: When.nullable(),
    publishAt: Instant.nullable(),
    latenessMinutes: z.number().int(),
    version: z.number().int().describe('Changes with every edit; what ETag and If-Match carry'),
    contentVersion: z
      .number()
      .int()
      .describe('Changes with text, media, channels and time; what an approval names'),
    approvedVersion: z.number().int().nullable(),
    findings: z.array(PostFinding),
    provenance: Provenance,
    deliveries: z.array(Delivery),
    workflowUrl: z.string().nullable(),
    createdBy: z.string().nullable(),
    createdAt: Instant,
    updatedAt: Instant,
  })
  .meta({ id: 'Post' })
export type Post = z.infer<typeof Post>

/** What lists, the calendar and Today need: no full text. */
export const PostTile = z
  .object({
    id: Id,
    externalId: z.string().nullable(),
    campaignId: Id.nullable(),
    runId: Id.nullable(),
    state: PostState,
    shown: Shown,
    title: z.string(),
    channelIds: z.array(Id),
    wallTime: WallTime.nullable(),
    timeZone: TimeZone.nullable(),
    publishAt: Instant.nullable(),
    version: z.number().int(),
    contentVersion: z.number().int(),
    blocked: z.boolean(),
    updatedAt: Instant,
  })
  .meta({ id: 'PostTile' })
export type PostTile = z.infer<typeof PostTile>

/** Of an endpoint that changes one post and answers it. */
export const changingPost = {
  tag: 'Posts',
  params: PostParams,
  response: Post,
  ifMatch: 'optional',
} as const

export const PostCreate = z
  .object({
    content: ContentInput,
    ownTexts: z.array(OwnText).max(20).default([]),
    channelIds: z.array(Id).max(20).default([]),
    when: When.optional(),
    latenessMinutes: z.number().int().min(1).max(1440).default(60),
    campaignId: Id.optional(),
    externalId: ExternalId.optional(),
  })
  .meta({ id: 'PostCreate' })
export type PostCreate = z.infer<typeof PostCreate>

export const PostUpdate = z
  .object({
    content: ContentInput.optional(),
    ownTexts: z.array(OwnText).max(20).optional(),
    channelIds: z.array(Id).max(20).optional(),
    when: When.nullable().optional(),
    latenessMinutes: z.number().int().min(1).max(1440).optional(),
  })
  .meta({ id: 'PostUpdate' })

export const Comment = z
  .object({
    id: Id,
    postId: Id,
    kind: z.enum(['comment', 'changes_requested', 'approved', 'approval_withdrawn']),
    text: z.string(),
    contentVersion: z.number().int(),
    by: z.string().nullable(),
    at: Instant,
  })
  .meta({ id: 'Comment' })
export const PostVersion = z
  .object({
    contentVersion: z.number().int(),
    content: Content,
    ownTexts: z.array(OwnText),
    provenance: Provenance,
    remark: z.string().nullable(),
    at: Instant,
  })
  .meta({ id: 'PostVersion' })

export type OwnText = z.infer<typeof OwnText>
export type Provenance = z.infer<typeof Provenance>
export type PostFinding = z.infer<typeof PostFinding>
export type PostState = z.infer<typeof PostState>
export type Comment = z.infer<typeof Comment>
export type PostVersion = z.infer<typeof PostVersion>
export type When = z.infer<typeof When>
export type PostUpdate = z.infer<typeof PostUpdate>
