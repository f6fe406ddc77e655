/** Posts, versions and comments as the API shows them. In a unit of work. */
import type { z } from 'zod'
import type {
  Comment as CommentOut,
  Post as PostOut,
  PostState,
  PostTile,
  PostVersion as VersionOut,
  Provenance,
  Shown,
} from '#contract/posts/post.ts'
import type { Context } from '../../core/platform/context.ts'
import { deliveriesOf } from './delivery-view.ts'
import { namesOf } from '../names.ts'
import type { Comment } from '../../core/posts/models/comment.ts'
import type { PostVersion } from '../../core/posts/models/post-version.ts'
import type { Post } from '../../core/posts/models/post.ts'
import { postWorkflowId, workflowUrl } from '../../core/platform/temporal.ts'
import { fieldsOf, type StoredProvenance } from '../../core/posts/posts.ts'

/** The whole post with its deliveries. Reads the row again: triggers may have moved `shown`. */
export async function postOut(
  ctx: Context,
  post: Post,
  viewer: { operator: boolean },
): Promise<z.input<typeof PostOut>> {
  await post.reload()
  const deliveries = await deliveriesOf(ctx, post)
  const provenance = post.provenance as StoredProvenance
  const names = await namesOf([post.createdBy, provenance.personId])
  const { content, ownTexts, channelIds, when, latenessMinutes } = fieldsOf(post)
  return {
    id: post.id,
    externalId: post.externalId,
    campaignId: post.campaignId,
    runId: post.runId,
    state: post.state as z.infer<typeof PostState>,
    shown: post.shown as Shown,
    content,
    ownTexts,
    channelIds,
    when,
    publishAt: post.publishAt?.toISOString() ?? null,
    latenessMinutes,
    version: post.version,
    contentVersion: post.contentVersion,
    approvedVersion: post.approvedVersion,
    findings: post.findings,
    provenance: provenanceOut(provenance, names),
    deliveries,
    workflowUrl:
      viewer.operator && post.generation > 0
        ? workflowUrl(ctx.config, postWorkflowId(post.id))
        : null,
    createdBy: nameIn(names, post.createdBy),
    createdAt: post.createdAt.toISOString(),
    updatedAt: post.updatedAt.toISOString(),
  }
}

/** What a tile needs, and nothing more is read from the table for it. */
export const tileColumns =
  'id, external_id, campaign_id, run_id, state, shown, title, channel_ids, wall_time, time_zone, publish_at, version, content_version, blocked, updated_at'

export interface TileRow {
  id: string
  external_id: string | null
  campaign_id: string | null
  run_id: string | null
  state: string
  shown: string
  title: string
  channel_ids: string[]
  wall_time: string | null
  time_zone: string | null
  publish_at: Date | null
  version: number
  content_version: number
  blocked: boolean
  updated_at: Date
}

export const tileOut = (row: TileRow): z.input<typeof PostTile> => ({
  id: row.id,
  externalId: row.external_id,
  campaignId: row.campaign_id,
  runId: row.run_id,
  state: row.state as z.infer<typeof PostState>,
  shown: row.shown as Shown,
  title: row.title,
  channelIds: row.channel_ids,
  wallTime: row.wall_time,
  timeZone: row.time_zone,
  publishAt: row.publish_at?.toISOString() ?? null,
  version: row.version,
  contentVersion: row.content_version,
  blocked: row.blocked,
  updatedAt: row.updated_at.toISOString(),
})

export async function versionsOut(versions: PostVersion[]): Promise<z.input<typeof VersionOut>[]> {
  const stored = versions.map((v) => v.provenance as StoredProvenance)
  const names = await namesOf(stored.map((p) => p.personId))
  return versions.map((v, i) => ({
    contentVersion: v.contentVersion,
    content: v.content,
    ownTexts: v.ownTexts,
    provenance: provenanceOut(stored[i]!, names),
    remark: v.remark,
    at: v.createdAt.toISOString(),
  }))
}

export async function commentsOut(comments: Comment[]): Promise<z.input<typeof CommentOut>[]> {
  const names = await namesOf(comments.map((c) => c.personId))
  return comments.map((c) => ({
    id: c.id,
    postId: c.postId,
    kind: c.kind as CommentOut['kind'],
    text: c.text,
    contentVersion: c.contentVersion,
    by: nameIn(names, c.personId),
    at: c.createdAt.toISOString(),
  }))
}

/** Puts the person's present name where only an id is stored. */
function provenanceOut(stored: StoredProvenance, names: Map<string, string>): Provenance {
  const { personId, ...provenance } = stored
  if (provenance.kind !== 'person') return provenance
  const gone = personId ? 'A former member' : 'An API client'
  return { ...provenance, writer: nameIn(names, personId) ?? gone }
}

const nameIn = (names: Map<string, string>, id: string | null | undefined): string | null =>
  (id && names.get(id)) || null
