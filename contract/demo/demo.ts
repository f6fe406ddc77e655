/** The demo workspace with its example content. */
import { WorkspaceParams } from '../platform/common.ts'
import { describe } from '../platform/endpoint.ts'
import { demoRoutes } from './routes.ts'

const ws = { tag: 'Workspaces', params: WorkspaceParams } as const

export const demo = describe(demoRoutes, {
  wipeDemo: {
    ...ws,
    ifMatch: 'optional',
    summary: 'Delete the demo workspace with everything in it',
    status: 204,
    tx: 'own',
    problems: ['conflict'],
  },
})
