/** Every handler, by the name of its endpoint. Event streams are answered by `api/platform/events.ts`. */
import type { Endpoints } from '#contract/endpoints.ts'
import type { Handlers } from './handler-types.ts'
import { authHandlers } from './identity/auth.ts'
import { campaignsHandlers } from './campaigns/campaigns.ts'
import { channelHandlers } from './channels/channels.ts'
import { connectionHandlers } from './connections/connections.ts'
import { deliveriesHandlers } from './publishing/deliveries.ts'
import { demoHandlers } from './demo/demo.ts'
import { holdHandlers } from './publishing/hold.ts'
import { keyHandlers } from './identity/keys.ts'
import { legalHandlers } from './legal/legal.ts'
import { mediaHandlers } from './media/media.ts'
import { pageHandlers } from './page/settings.ts'
import { memberHandlers } from './workspaces/members.ts'
import { postApprovalHandlers } from './posts/approval.ts'
import { togetherHandlers } from './publishing/together.ts'
import { postListsHandlers } from './posts/lists.ts'
import { scheduleHandlers } from './publishing/schedule.ts'
import { postVersionsHandlers } from './posts/versions.ts'
import { postsHandlers } from './posts/posts.ts'
import { previewHandlers } from './posts/previews.ts'
import { runsHandlers } from './generation/runs.ts'
import { systemHandlers } from './platform/system.ts'
import { todayHandlers } from './publishing/today.ts'
import { workspaceHandlers } from './workspaces/workspaces.ts'

export const handlers = {
  ...authHandlers,
  ...workspaceHandlers,
  ...memberHandlers,
  ...keyHandlers,
  ...pageHandlers,
  ...todayHandlers,
  ...holdHandlers,
  ...campaignsHandlers,
  ...runsHandlers,
  ...postsHandlers,
  ...postVersionsHandlers,
  ...postListsHandlers,
  ...postApprovalHandlers,
  ...scheduleHandlers,
  ...togetherHandlers,
  ...previewHandlers,
  ...deliveriesHandlers,
  ...channelHandlers,
  ...mediaHandlers,
  ...connectionHandlers,
  ...systemHandlers,
  ...legalHandlers,
  ...demoHandlers,
} satisfies Handlers<Omit<Endpoints, 'events'>>
