/** The whole API as one table. */
import { auth } from './identity/auth.ts'
import { campaigns } from './campaigns/campaigns.ts'
import { channels } from './channels/channels.ts'
import { connections } from './connections/connections.ts'
import { deliveries } from './publishing/deliveries.ts'
import { demo } from './demo/demo.ts'
import { events } from './platform/events.ts'
import { hold } from './publishing/hold.ts'
import { keys } from './identity/keys.ts'
import { legal } from './legal/legal.ts'
import { media } from './media/media.ts'
import { pageSettings } from './page/settings.ts'
import type { Endpoint } from './platform/endpoint.ts'
import { posts } from './posts/posts.ts'
import { postsTogether } from './publishing/together.ts'
import { previews } from './posts/previews.ts'
import type { RouteName } from './routes.ts'
import { runs } from './generation/runs.ts'
import { schedule } from './publishing/schedule.ts'
import { system } from './platform/system.ts'
import { today } from './publishing/today.ts'
import { workspaces } from './workspaces/workspaces.ts'

export const endpoints = {
  ...auth,
  ...keys,
  ...workspaces,
  ...campaigns,
  ...runs,
  ...posts,
  ...previews,
  ...schedule,
  ...postsTogether,
  ...hold,
  ...today,
  ...deliveries,
  ...pageSettings,
  ...channels,
  ...media,
  ...connections,
  ...events,
  ...system,
  ...legal,
  ...demo,
} satisfies Record<RouteName, Endpoint>

export type Endpoints = typeof endpoints
export type EndpointName = keyof Endpoints
