/** Who a caller is to the posts it changes. */
import { personOf } from '../../core/platform/actor.ts'
import type { Author } from '../../core/posts/posts.ts'
import type { Caller } from '../handler-types.ts'

/** A key may approve only where publishing was ticked when it was made. */
export const authorOf = ({ actor, can }: Caller): Author => ({
  personId: personOf(actor) ?? null,
  mayApprove: can('post', 'approve') && (actor.kind !== 'key' || actor.mayPublish),
})
