/** The whole API as one table. */
import { auth } from './identity/auth.ts'
import { campaigns } from './campaigns/campaigns.ts'
import { channels } from './channels/channels.ts'
import { connections } from './connections/connections.ts'
import { deliveries } from './publishing/deliveries.ts'
import type { Endpoint } from './platform/endpoint.ts'
import { legal } from './legal/legal.ts'
import { media } from './media/media.ts'
import { posts } from './posts/posts.ts'
import { previews } from './posts/previews.ts'
import { system } from './platform/system.ts'
import { workspaces } from './workspaces/workspaces.ts'

export const endpoints = {
  ...auth,
  ...workspaces,
  ...campaigns,
  ...posts,
  ...previews,
  ...deliveries,
  ...channels,
  ...media,
  ...connections,
  ...system,
  ...legal,
} satisfies Record<string, Endpoint>

export type Endpoints = typeof endpoints
export type EndpointName = keyof Endpoints
