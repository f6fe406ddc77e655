/** Who a caller is to the posts it changes. */
import type { Author } from '../../core/posts/posts.ts'
import type { Caller } from '../handler-types.ts'

export const authorOf = ({ personId, can }: Caller): Author => ({
  personId,
  mayApprove: can('post', 'approve'),
})
