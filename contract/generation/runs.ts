/** Runs, each one generation of a campaign, what one would cost, and writing one post anew. */
import { z } from 'zod'
import { Brief, CampaignParams, DeleteChoice, Run, Wait } from '../campaigns/campaigns.ts'
import { WriterChoice } from '../connections/connections.ts'
import { CalendarDate, Deleted, Id, PageQuery, WorkspaceParams, page } from '../platform/common.ts'
import { describe } from '../platform/endpoint.ts'
import { changingPost } from '../posts/post.ts'
import { runRoutes } from './routes.ts'

/**
 * What becomes of the posts that are there. `keep`: a second set is written beside them. `fill`: only times without a post are written.
 * `replace`: drafts of earlier runs that nobody approved are deleted for good, then as `fill`.
 */
export const DraftsChoice = z.enum(['keep', 'fill', 'replace'])
export type DraftsChoice = z.infer<typeof DraftsChoice>
export const RunCreate = z
  .object({ drafts: DraftsChoice.default('keep'), writer: WriterChoice.default('usual') })
  .meta({ id: 'RunCreate' })

export const Estimate = z.object({
  posts: z.number().int(),
  days: z.array(z.object({ date: CalendarDate, times: z.array(z.string()) })),
  writer: z.string(),
  costMicrosMax: z.number().int().nullable(),
  currency: z.string().nullable(),
})

const RunParams = CampaignParams.extend({ runId: Id })

export const runs = describe(runRoutes, {
  estimateCampaign: {
    tag: 'Campaigns',
    summary:
      'Say how many posts a brief makes, on which days, who writes and what it costs at most',
    params: WorkspaceParams,
    body: Brief,
    response: Estimate,
  },
  createRun: {
    tag: 'Campaigns',
    summary:
      'Write the campaign (again), beside the posts that are there or in place of its drafts',
    params: CampaignParams,
    query: Wait,
    body: RunCreate,
    response: Run,
    status: 202,
    otherStatus: 201,
    ifMatch: 'optional',
    tx: 'own',
    problems: ['conflict'],
    creates: [runRoutes.getRun.path, 'id'],
  },
  listRuns: {
    tag: 'Campaigns',
    summary: 'List the runs of a campaign',
    params: CampaignParams,
    query: PageQuery,
    response: page(Run),
  },
  getRun: {
    tag: 'Campaigns',
    summary: 'Get one run',
    params: RunParams,
    response: Run,
  },
  cancelRun: {
    tag: 'Campaigns',
    summary: 'Stop writing; what is written stays',
    params: RunParams,
    response: Run,
  },
  deleteRun: {
    tag: 'Campaigns',
    summary: 'Delete a run, its posts and its workflow histories, for good',
    params: RunParams,
    query: DeleteChoice,
    status: 202,
    response: Deleted,
    tx: 'own',
  },
  regeneratePost: {
    ...changingPost,
    summary: 'Write one post anew, with a remark; the old version stays beside it',
    body: z.object({
      remark: z.string().trim().max(500).default(''),
      writer: WriterChoice.default('usual'),
    }),
    tx: 'own',
    problems: ['already_sending', 'unreachable', 'refused_upstream', 'conflict'],
  },
})
