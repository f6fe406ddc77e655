/** Writing posts: what is derived on every write (title, findings), versions, and the row itself. In a unit of work. */
import { isDeepStrictEqual } from 'node:util'
import { Transaction, UniqueConstraintError } from 'sequelize'
import type { Content, OwnText, PostFinding, Provenance, When } from '#contract/posts/post.ts'
import { fieldProblem, Problem } from '#contract/platform/problems.ts'
import { resolveMentions } from '../../networks/findings.ts'
import { judge } from './findings.ts'
import { Campaign } from '../campaigns/models/campaign.ts'
import { Channel } from '../channels/models/channel.ts'
import { Comment } from './models/comment.ts'
import { PostVersion } from './models/post-version.ts'
import { Post } from './models/post.ts'
import { resolveFuture, resolveWhen } from '../platform/time.ts'

/** Who changes a post. `mayApprove` holds for keys only where publishing was ticked. */
export interface Author {
  personId: string | null
  mayApprove: boolean
}

/** As stored: a person's name is never kept in a post, it is looked up when shown. */
export type StoredProvenance = Provenance & { personId?: string | null }

export interface Fields {
  content: Content
  ownTexts: OwnText[]
  channelIds: string[]
  when: When | null
  latenessMinutes: number
}

const titleMax = 80

/** First words of a post, mentions as names; what tiles and mails call it. */
export function titleOf(content: Content): string {
  const first = content.segments.map((s) => s.text.trim()).find(Boolean)
  if (!first) return 'Without text'
  const line = resolveMentions(first, content.mentions, '').split('\n')[0]!.trim()
  return shortened(line, titleMax)
}

/** The whole line, or as many of its words as fit in `max` characters and an ellipsis. */
export function shortened(line: string, max: number): string {
  if (line.length <= max) return line
  const cut = line.slice(0, max)
  const words = cut.slice(0, Math.max(cut.lastIndexOf(' '), max / 2))
  return `${words.replace(/[\s.,:;…–-]+$/, '')}…`
}

export const byPerson = (personId: string | null): StoredProvenance => ({
  writer: '',
  kind: 'person',
  model: null,
  region: null,
  retentionDays: null,
  costMicros: null,
  currency: null,
  note: null,
  personId,
})

/** Makes the row and its first version. `when` must lie in the future, unless `anyTime`. */
export async function insertPost(input: {
  workspaceId: string
  fields: Fields
  author: string | null
  provenance: StoredProvenance
  now: Date
  campaignId?: string | null
  externalId?: string | null
  run?: { id: string; slotIndex: number }
}): Promise<Post> {
  const { workspaceId, author, provenance } = input
  const fields = tidy(input.fields)
  // A run has its own lock, and looked at its campaign under it.
  await refuseUnknown(workspaceId, fields.channelIds, input.run ? null : input.campaignId)
  if (input.externalId) await refuseTaken(workspaceId, input.externalId)
  const byPerson = provenance.kind === 'person'
  const findings = await judge(workspaceId, fields, { campaignId: input.campaignId, byPerson })
  const making = Post.create({
    workspaceId,
    campaignId: input.campaignId ?? null,
    runId: input.run?.id ?? null,
    slotIndex: input.run?.slotIndex ?? null,
    externalId: input.externalId ?? null,
    state: 'draft',
    createdBy: author,
    ...columns(fields, input.run ? null : input.now),
    ...derived(fields.content, findings),
    provenance,
  })
  const post = await making.catch(asTaken)
  await addVersion(post, author, null)
  return post
}

/** What a change would make of a post: the new fields, and whether anything an approval names is different. */
export function fieldsAfter(post: Post, change: Partial<Fields>) {
  const before = fieldsOf(post)
  const after = tidy({ ...before, ...withoutUndefined(change) })
  const same = (...names: (keyof Fields)[]) =>
    names.every((name) => isDeepStrictEqual(plain(before[name]), plain(after[name])))
  return {
    after,
    textChanged: !same('content', 'ownTexts'),
    timeChanged: !same('when'),
    channelsChanged: !same('channelIds'),
    latenessChanged: !same('latenessMinutes'),
    contentChanged: !same('content', 'ownTexts', 'channelIds', 'when'),
  }
}

export interface NewVersion {
  provenance: StoredProvenance
  author: string | null
  remark?: string | null
}

/** Writes new fields into a post; a `version` makes it a new content version with a row of its own. Does not touch approval. */
export async function writeFields(
  post: Post,
  after: Fields,
  now: Date,
  version: NewVersion | null,
): Promise<void> {
  const timeChanged = !isDeepStrictEqual(fieldsOf(post).when, after.when)
  await refuseUnknown(post.workspaceId, after.channelIds, null, post.channelIds)
  post.set({ ...columns(after, timeChanged ? now : null), version: post.version + 1 })
  if (version) {
    const findings = await judge(post.workspaceId, after, {
      campaignId: post.campaignId,
      postId: post.id,
      byPerson: version.provenance.kind === 'person',
    })
    post.set({
      ...derived(after.content, findings),
      provenance: version.provenance,
      contentVersion: post.contentVersion + 1,
    })
  }
  await post.save()
  if (version) await addVersion(post, version.author, version.remark ?? null)
}

/** Judges a post anew: images may be gone, a server's limits may have changed since it was written. */
export async function judgeAgain(post: Post): Promise<void> {
  const findings = await judge(post.workspaceId, fieldsOf(post), {
    campaignId: post.campaignId,
    postId: post.id,
    byPerson: (post.provenance as Provenance).kind === 'person',
  })
  await post.update(derived(post.content, findings))
}

export function fieldsOf(post: Post): Fields {
  const { content, ownTexts, channelIds, wallTime, timeZone, latenessMinutes } = post
  const when = wallTime && timeZone ? { wallTime, timeZone } : null
  return { content, ownTexts, channelIds, when, latenessMinutes }
}

/** The post for a change, locked until the unit of work ends. */
export async function lockPost(workspaceId: string, postId: string): Promise<Post> {
  const post = await Post.findOne({ where: { id: postId, workspaceId }, lock: true })
  if (!post) throw new Problem('not_found', 'This post is gone.')
  if (post.erasing) throw new Problem('conflict', 'This post is being deleted.')
  return post
}

export async function findPost(workspaceId: string, postId: string): Promise<Post> {
  const post = await Post.findOne({ where: { id: postId, workspaceId } })
  if (!post) throw new Problem('not_found', 'This post is gone.')
  return post
}

/** One line of talk or decision beside a post. */
export function addComment(
  post: Post,
  kind: 'comment' | 'changes_requested' | 'approved' | 'approval_withdrawn',
  text: string,
  personId: string | null,
): Promise<Comment> {
  const { id: postId, workspaceId, contentVersion } = post
  return Comment.create({ postId, workspaceId, contentVersion, kind, text, personId })
}

/** Each channel once, and own texts only for them: what is sent along for others would look like a change for ever. */
const tidy = (fields: Fields): Fields => ({
  ...fields,
  channelIds: [...new Set(fields.channelIds)],
  ownTexts: fields.ownTexts.filter((o) => fields.channelIds.includes(o.channelId)),
})

/** `now` null: the time is kept or planned by us, and need not lie in the future. */
function columns(fields: Fields, now: Date | null) {
  const at = fields.when && (now ? resolveFuture(fields.when, now) : resolveWhen(fields.when))
  return {
    content: fields.content,
    ownTexts: fields.ownTexts,
    channelIds: fields.channelIds,
    latenessMinutes: fields.latenessMinutes,
    wallTime: at?.wallTime ?? null,
    timeZone: at?.timeZone ?? null,
    publishAt: at?.publishAt ?? null,
  }
}

const derived = (content: Content, findings: PostFinding[]) => ({
  title: titleOf(content),
  findings,
  blocked: findings.some((f) => f.level === 'block'),
})

function addVersion(post: Post, createdBy: string | null, remark: string | null) {
  const { id: postId, workspaceId, contentVersion, content, ownTexts, provenance } = post
  return PostVersion.create({
    postId,
    workspaceId,
    contentVersion,
    content,
    ownTexts,
    provenance,
    createdBy,
    remark,
  })
}

/** Channels that stood in the post before may be disconnected by now; new ones must exist and be connected. */
async function refuseUnknown(
  workspaceId: string,
  channelIds: string[],
  campaignId: string | null | undefined,
  before: string[] = [],
): Promise<void> {
  const found = await Channel.findAll({ where: { workspaceId, id: channelIds } })
  for (const id of channelIds) {
    const channel = found.find((c) => c.id === id)
    if (!channel)
      throw fieldProblem('/channelIds', 'One of these channels is not in this workspace.')
    if (channel.state === 'off' && !before.includes(id))
      throw fieldProblem('/channelIds', `${channel.name} is disconnected. Connect it again first.`)
  }
  // Locked, so that whoever begins to delete the campaign finds this post or keeps it from being made.
  const where = { id: campaignId ?? '', workspaceId, deleting: false }
  if (campaignId && !(await Campaign.findOne({ where, lock: Transaction.LOCK.SHARE })))
    throw fieldProblem('/campaignId', 'This campaign is not in this workspace.')
}

async function refuseTaken(workspaceId: string, externalId: string): Promise<void> {
  const other = await Post.findOne({ where: { workspaceId, externalId }, attributes: ['id'] })
  if (other) throw new Problem('conflict', `The post ${other.id} already has this externalId.`)
}

/** Somebody took the externalId between our look and our insert. Row-level security keeps the columns secret, not the index's name. */
export function asTaken(error: unknown): never {
  const index = error instanceof UniqueConstraintError && (error.parent as { constraint?: string })
  if (index && index.constraint?.endsWith('_external'))
    throw new Problem('conflict', 'Something else has this externalId already.', { cause: error })
  throw error
}

/** JSON without undefined and key order, as it comes back from the database. */
const plain = (value: unknown): unknown => JSON.parse(JSON.stringify(value))

const withoutUndefined = <T extends object>(value: T): T =>
  Object.fromEntries(Object.entries(value).filter(([, v]) => v !== undefined)) as T
