/** The demo workspace with its example content. */
import { WorkspaceParams } from '../platform/common.ts'
import { describe } from '../platform/endpoint.ts'
import { demoRoutes } from './routes.ts'

export const demo = describe(demoRoutes, {
  wipeDemo: {
    tag: 'Workspaces',
    params: WorkspaceParams,
    ifMatch: 'optional',
    summary: 'Delete the demo workspace with everything in it',
    status: 204,
    tx: 'own',
    problems: ['conflict'],
  },
})
