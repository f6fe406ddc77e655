/** Posts by calendar week, as pure functions. */
import { parseDate } from '@internationalized/date'
import type { Post } from '#contract/posts/post.ts'
import { mondayOf, months } from '#lib/publishing/calendar/dates.ts'

export interface Week<P> {
  /** Monday, `2026-05-11`; empty for posts without a time. */
  monday: string
  title: string
  posts: P[]
}

/** Weeks in order of time; posts without one come last. */
export function byWeek<P extends Pick<Post, 'when'>>(posts: P[]): Week<P>[] {
  const weeks = new Map<string, P[]>()
  for (const post of posts) {
    const monday = post.when ? mondayOf(parseDate(post.when.wallTime.slice(0, 10))).toString() : ''
    weeks.set(monday, [...(weeks.get(monday) ?? []), post])
  }
  return [...weeks]
    .sort(([a], [b]) => (a === '' ? 1 : b === '' ? -1 : a < b ? -1 : 1))
    .map(([monday, mine]) => ({ monday, title: titleOf(monday), posts: mine }))
}

function titleOf(monday: string): string {
  if (!monday) return 'Without a time'
  const day = parseDate(monday)
  return `Week of ${day.day} ${months[day.month - 1]}`
}

/** A post may be approved in bulk when nothing in it needs a look. */
export const isReady = (post: Pick<Post, 'shown' | 'findings' | 'when' | 'channelIds'>): boolean =>
  ['draft', 'in_review'].includes(post.shown) &&
  post.findings.length === 0 &&
  post.when !== null &&
  post.channelIds.length > 0

/** Drafts that somebody has to look at first. */
export const needsLook = (post: Pick<Post, 'shown' | 'findings'>): boolean =>
  ['draft', 'in_review', 'changes_requested'].includes(post.shown) && post.findings.length > 0
