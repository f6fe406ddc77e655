/** The workspace's public page: its settings. */
import { WorkspaceParams } from '../platform/common.ts'
import { describe } from '../platform/endpoint.ts'
import { PublicPage } from '../workspaces/workspaces.ts'
import { pageRoutes } from './routes.ts'

export const pageSettings = describe(pageRoutes, {
  updatePage: {
    tag: 'Workspaces',
    params: WorkspaceParams,
    ifMatch: 'optional',
    summary: "Change the workspace's public page, switch it on or off",
    body: PublicPage.omit({ url: true }),
    response: PublicPage,
    problems: ['conflict'],
  },
})
