/** The workspace's public page: its settings. */
import { WorkspaceParams } from '../platform/common.ts'
import { describe } from '../platform/endpoint.ts'
import { PublicPage } from '../workspaces/workspaces.ts'
import { pageRoutes } from './routes.ts'

const ws = { tag: 'Workspaces', params: WorkspaceParams } as const

export const pageSettings = describe(pageRoutes, {
  updatePage: {
    ...ws,
    ifMatch: 'optional',
    summary: "Change the workspace's public page, switch it on or off",
    body: PublicPage.omit({ url: true }),
    response: PublicPage,
    problems: ['conflict'],
  },
})
