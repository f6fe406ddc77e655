/** What can be done with a post, by its state and the person's rights: one row for each act. */
import type { Post } from '#contract/posts/post.ts'

/** Once one of these is reached the network has, or may have, the text. */
const begun = new Set(['publishing', 'published', 'unconfirmed', 'taken_down'])

/** Whether a network has, or may have, the post; it can no longer be changed then. */
export const hasBegun = (post: Pick<Post, 'deliveries'>): boolean =>
  post.deliveries.some((delivery) => begun.has(delivery.state))

/** Whether it came to nothing: something failed or was missed, and nothing is on its way. It is tried again where that is said. */
export const isStranded = ({ deliveries }: Pick<Post, 'deliveries'>): boolean =>
  deliveries.some(({ state }) => state === 'failed' || state === 'missed') &&
  !deliveries.some(({ state }) => state === 'scheduled')

export const isApproved = (
  post: Pick<Post, 'state' | 'approvedVersion' | 'contentVersion'>,
): boolean => post.state === 'approved' && post.approvedVersion === post.contentVersion

export type Act =
  'saveDraft' | 'saveChanges' | 'ask' | 'approve' | 'publish' | 'schedule' | 'withdraw' | 'cancel'

export interface Standing {
  /** Null: not stored yet. */
  post: Pick<Post, 'state' | 'approvedVersion' | 'contentVersion' | 'deliveries'> | null
  mayUpdate: boolean
  mayApprove: boolean
  maySchedule: boolean
  /** Whether a time is chosen. */
  timed: boolean
  /** Whether something typed is not saved yet. */
  changed: boolean
}

interface Facts extends Standing {
  approved: boolean
  scheduled: boolean
}

const offered: Record<Act, (f: Facts) => boolean> = {
  saveDraft: (f) => !f.approved && f.mayUpdate,
  saveChanges: (f) => f.approved && f.changed && f.mayUpdate,
  ask: (f) => !f.approved && !f.mayApprove && f.mayUpdate && f.post?.state !== 'in_review',
  approve: (f) => !f.approved && f.mayApprove && f.post !== null,
  publish: (f) => f.maySchedule && (f.approved ? !f.changed : f.mayApprove),
  schedule: (f) =>
    f.timed && f.maySchedule && (f.approved ? !f.scheduled && !f.changed : f.mayApprove),
  withdraw: (f) => f.approved && f.mayApprove,
  cancel: (f) => f.scheduled && f.maySchedule,
}

/** The likeliest first; the first that is offered is the screen's one primary button. */
const byLikelihood: Act[] = ['saveChanges', 'schedule', 'publish', 'ask']

export interface Offer {
  acts: ReadonlySet<Act>
  primary: Act | undefined
  approved: boolean
}

/** What is on offer; nothing once sending has begun. */
export function offerOf(standing: Standing): Offer {
  const { post } = standing
  const approved = post !== null && isApproved(post)
  if (post && hasBegun(post)) return { acts: new Set(), primary: undefined, approved }
  const scheduled = post?.deliveries.some((d) => d.state === 'scheduled') ?? false
  const facts = { ...standing, approved, scheduled }
  const acts = new Set((Object.keys(offered) as Act[]).filter((act) => offered[act](facts)))
  const likely = byLikelihood.slice(0, leading(post, scheduled))
  return { acts, primary: likely.find((act) => acts.has(act)), approved }
}

/** How many of the likely acts may lead. A post on its way needs nobody; one that came to nothing is tried again first, or gets a new time. */
function leading(post: Standing['post'], scheduled: boolean): number {
  if (scheduled) return byLikelihood.indexOf('schedule')
  if (post && isStranded(post) && isApproved(post)) return byLikelihood.indexOf('publish')
  return byLikelihood.length
}
