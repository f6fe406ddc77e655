/**
 * Every route of the API by the name of its endpoint: method, path, permission and effect, as data. No schema is reached from here, so that a
 * browser can load it.
 */
import { campaignRoutes } from './campaigns/routes.ts'
import { channelRoutes } from './channels/routes.ts'
import { connectionRoutes } from './connections/routes.ts'
import { demoRoutes } from './demo/routes.ts'
import { runRoutes } from './generation/routes.ts'
import { authRoutes, keyRoutes } from './identity/routes.ts'
import { legalRoutes } from './legal/routes.ts'
import { mediaRoutes } from './media/routes.ts'
import { pageRoutes } from './page/routes.ts'
import { eventRoutes, systemRoutes } from './platform/routes.ts'
import { postRoutes, previewRoutes } from './posts/routes.ts'
import {
  deliveryRoutes,
  holdRoutes,
  scheduleRoutes,
  todayRoutes,
  togetherRoutes,
} from './publishing/routes.ts'
import { workspaceRoutes } from './workspaces/routes.ts'

export const routes = {
  ...authRoutes,
  ...keyRoutes,
  ...workspaceRoutes,
  ...campaignRoutes,
  ...runRoutes,
  ...postRoutes,
  ...previewRoutes,
  ...scheduleRoutes,
  ...togetherRoutes,
  ...holdRoutes,
  ...todayRoutes,
  ...deliveryRoutes,
  ...pageRoutes,
  ...channelRoutes,
  ...mediaRoutes,
  ...connectionRoutes,
  ...eventRoutes,
  ...systemRoutes,
  ...legalRoutes,
  ...demoRoutes,
}

export type RouteName = keyof typeof routes
