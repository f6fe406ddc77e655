/** How posts will look. */
import type { previews } from '#contract/posts/previews.ts'
import { previewLink } from '../../core/posts/link-preview.ts'
import type { Handlers } from '../handler-types.ts'

export const previewHandlers: Handlers<typeof previews> = {
  async previewLink(ctx, { params, query }) {
    return { card: await previewLink(ctx, params.workspaceId, query.network, query.url) }
  },
}
