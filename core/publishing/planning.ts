/**
 * What becomes of a post's plan when the post changes: whatever makes another version than the approved one takes the approval back and
 * cancels what was scheduled, unless it was made by someone who may approve. In a unit of work, on a locked post.
 */
import { fieldProblem, Problem } from '#contract/platform/problems.ts'
import {
  cancel,
  publishNow,
  refuseOnceSending,
  reschedule,
  schedule,
  type Clock,
} from './ledger.ts'
import { isApproved, refuseBlocked, setApproved } from '../posts/approval.ts'
import type { Post } from '../posts/models/post.ts'
import {
  addComment,
  byPerson,
  fieldsAfter,
  judgeAgain,
  writeFields,
  type Author,
  type Fields,
  type StoredProvenance,
} from '../posts/posts.ts'
import { describeWhen } from '../platform/time.ts'

/** Changes a post. `text` says who wrote the new words; absent: the person who changes it. Returns false when nothing was different. */
export async function change(
  ctx: Clock,
  post: Post,
  wanted: Partial<Fields>,
  author: Author,
  text?: { provenance: StoredProvenance; remark: string | null },
): Promise<boolean> {
  await refuseOnceSending(post.id)
  const { after, contentChanged, textChanged, latenessChanged } = fieldsAfter(post, wanted)
  if (!contentChanged && !latenessChanged) return false
  const approved = isApproved(post)
  const provenance =
    text?.provenance ??
    (textChanged ? byPerson(author.personId) : (post.provenance as StoredProvenance))
  const version = { provenance, author: author.personId, remark: text?.remark ?? null }
  await writeFields(post, after, ctx.now(), contentChanged ? version : null)
  if (!approved) return true
  if (!contentChanged) await reschedule(ctx, post, { by: author.personId })
  else await carryApproval(ctx, post, author)
  return true
}

/** After an approved post got a new version: the approver's own change keeps it approved and moves it, anybody else's takes it back. */
async function carryApproval(ctx: Clock, post: Post, author: Author): Promise<void> {
  if (!author.mayApprove)
    return takeBack(
      ctx,
      post,
      author,
      'Changed after it was approved, so it has to be approved again.',
    )
  const obstacle = post.findings.find((f) => f.level === 'block')
  if (obstacle)
    return takeBack(
      ctx,
      post,
      author,
      `Changed after it was approved, and now: ${obstacle.message}`,
    )
  await setApproved(post, author)
  await addComment(post, 'approved', 'Changed by someone who may approve.', author.personId)
  if (post.publishAt && post.channelIds.length) await reschedule(ctx, post, { by: author.personId })
  else await cancel(ctx, post, { by: author.personId, reason: 'superseded' })
}

/** Where a post can stand that is not approved. */
type Before = 'draft' | 'in_review' | 'changes_requested'

/** Takes an approval back and cancels what was scheduled; `state` is where the post then stands. */
export async function withdraw(
  ctx: Clock,
  post: Post,
  author: Author,
  text: string,
  state: Before = 'draft',
): Promise<void> {
  await refuseOnceSending(post.id)
  if (isApproved(post)) await takeBack(ctx, post, author, text)
  if (post.state === state) return
  await post.update({ state, version: post.version + 1 })
}

/** Undoes an approval as if it had not been given: the post stands where it stood before. */
export async function undoApproval(ctx: Clock, post: Post, author: Author): Promise<void> {
  if (!isApproved(post)) return
  const before = (post.approvedFrom ?? 'draft') as Before
  await withdraw(ctx, post, author, 'Approval was undone.', before)
}

async function takeBack(ctx: Clock, post: Post, author: Author, text: string): Promise<void> {
  const by = author.personId
  await cancel(ctx, post, { by, reason: 'superseded' })
  const version = post.version + 1
  const none = { approvedVersion: null, approvedBy: null, approvedFrom: null }
  await post.update({ state: 'draft', ...none, version })
  await addComment(post, 'approval_withdrawn', text, by)
}

/** Schedules an approved post, at `when` or its own time. Another time than the approved one needs someone who may approve. */
export async function scheduleAt(
  ctx: Clock,
  post: Post,
  when: Fields['when'] | undefined,
  author: Author,
): Promise<void> {
  await refuseOnceSending(post.id)
  refuseUnapproved(post)
  const { after, timeChanged } = fieldsAfter(post, when ? { when } : {})
  if (timeChanged) await moveApproved(ctx, post, after, author)
  if (!post.publishAt) throw fieldProblem('/when', 'Choose a date and a time.')
  if (post.publishAt.getTime() <= ctx.now().getTime())
    throw fieldProblem('/when', `${timeOf(post)} has passed. Choose a later time, or publish now.`)
  await judgeAgain(post)
  refuseBlocked(post)
  await schedule(ctx, post, { by: author.personId })
  await post.update({ version: post.version + 1 })
}

/** A time for an approved post: allowed for those who may approve, and where the approver left the time open. */
async function moveApproved(ctx: Clock, post: Post, after: Fields, author: Author): Promise<void> {
  if (!author.mayApprove && post.publishAt)
    throw new Problem(
      'not_approved',
      `It is approved for ${timeOf(post)}. Another time has to be approved first.`,
    )
  const { approvedBy } = post
  const provenance = post.provenance as StoredProvenance
  await writeFields(post, after, ctx.now(), { provenance, author: author.personId })
  await setApproved(post, author.mayApprove ? author : { ...author, personId: approvedBy })
}

/** Sends an approved post out at once. "Now" is decided here, never by a caller's clock. */
export async function publishAtOnce(ctx: Clock, post: Post, author: Author): Promise<void> {
  await refuseOnceSending(post.id)
  refuseUnapproved(post)
  if (!author.mayApprove && post.publishAt)
    throw new Problem(
      'not_approved',
      `It is approved for ${timeOf(post)}. Someone who may approve can publish it now.`,
    )
  await judgeAgain(post)
  refuseBlocked(post)
  await publishNow(ctx, post, { by: author.personId })
  await post.update({ version: post.version + 1 })
}

const timeOf = (post: Post): string =>
  describeWhen({ wallTime: post.wallTime ?? '', timeZone: post.timeZone ?? 'UTC' })

function refuseUnapproved(post: Post): void {
  if (!isApproved(post))
    throw new Problem('not_approved', 'This version is not approved yet. Approve it first.')
}
