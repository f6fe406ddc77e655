/** Every handler, by the name of its endpoint. Event streams are answered by `api/events.ts`. */
import type { Endpoints } from '#contract/endpoints.ts'
import type { Handlers } from '../handler-types.ts'
import { authHandlers } from './auth.ts'
import { campaignsHandlers } from './campaigns.ts'
import { channelHandlers } from './channels.ts'
import { connectionHandlers } from './connections.ts'
import { deliveriesHandlers } from './deliveries.ts'
import { keyHandlers } from './keys.ts'
import { legalHandlers } from './legal.ts'
import { mediaHandlers } from './media.ts'
import { memberHandlers } from './members.ts'
import { postApprovalHandlers } from './post-approval.ts'
import { postBulkHandlers } from './post-bulk.ts'
import { postListsHandlers } from './post-lists.ts'
import { postScheduleHandlers } from './post-schedule.ts'
import { postVersionsHandlers } from './post-versions.ts'
import { postsHandlers } from './posts.ts'
import { previewHandlers } from './previews.ts'
import { runsHandlers } from './runs.ts'
import { systemHandlers } from './system.ts'
import { todayHandlers } from './today.ts'
import { workspaceHandlers } from './workspaces.ts'

export const handlers = {
  ...authHandlers,
  ...workspaceHandlers,
  ...memberHandlers,
  ...keyHandlers,
  ...todayHandlers,
  ...campaignsHandlers,
  ...runsHandlers,
  ...postsHandlers,
  ...postVersionsHandlers,
  ...postListsHandlers,
  ...postApprovalHandlers,
  ...postScheduleHandlers,
  ...postBulkHandlers,
  ...previewHandlers,
  ...deliveriesHandlers,
  ...channelHandlers,
  ...mediaHandlers,
  ...connectionHandlers,
  ...systemHandlers,
  ...legalHandlers,
} satisfies Handlers<Omit<Endpoints, 'events'>>
