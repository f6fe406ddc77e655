/** What approval means: it names one content version (text, media, channels, time). In a unit of work, on a locked post. */
import { Problem } from '#contract/platform/problems.ts'
import type { Post } from './models/post.ts'
import { addComment, judgeAgain, type Author } from './posts.ts'

/** Approves exactly the version that was read. Throws `stale` for another one and `conflict` while something blocks it. */
export async function approve(post: Post, contentVersion: number, author: Author): Promise<void> {
  if (contentVersion !== post.contentVersion)
    throw new Problem(
      'stale',
      'The post was changed since you read it. Look at the newest version, then approve that.',
    )
  refusePrivate(post)
  await judgeAgain(post)
  refuseBlocked(post)
  if (isApproved(post)) return
  await setApproved(post, author)
  await addComment(post, 'approved', '', author.personId)
}

export const isApproved = (post: Post): boolean =>
  post.state === 'approved' && post.approvedVersion === post.contentVersion

/** Throws `conflict` for a draft that its author has not shared: what others cannot read, they cannot decide on. */
export function refusePrivate(post: Post): void {
  if (post.visibility === 'private')
    throw new Problem('conflict', 'Only you can see this draft. Share it with the workspace first.')
}

/** Throws `conflict`, in the words of what blocks the post. */
export function refuseBlocked(post: Post): void {
  const obstacle = post.findings.find((f) => f.level === 'block')
  if (obstacle) throw new Problem('conflict', obstacle.message)
}

/** The post's present version is approved from here on. */
export async function setApproved(post: Post, author: Author): Promise<void> {
  await post.update({
    state: 'approved',
    // A later version of an approved post still goes back to where the first approval found it.
    approvedFrom: post.state === 'approved' ? post.approvedFrom : post.state,
    approvedVersion: post.contentVersion,
    approvedBy: author.personId,
    version: post.version + 1,
  })
}
