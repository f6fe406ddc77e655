/** The whole API as one table. */
import { auth } from './auth.ts'
import { campaigns } from './campaigns.ts'
import { channels } from './channels.ts'
import { connections } from './connections.ts'
import { deliveries } from './deliveries.ts'
import type { Endpoint } from './endpoint.ts'
import { legal } from './legal.ts'
import { media } from './media.ts'
import { posts } from './posts.ts'
import { previews } from './previews.ts'
import { system } from './system.ts'
import { workspaces } from './workspaces.ts'

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
