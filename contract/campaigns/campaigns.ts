/** Campaigns, their briefs and the runs that write them. */
import { z } from 'zod'
import {
  CalendarDate,
  Deleted,
  ExternalId,
  Id,
  Instant,
  Language,
  PageQuery,
  TimeZone,
  WorkspaceParams,
  list,
  page,
} from '../platform/common.ts'
import { endpoint } from '../platform/endpoint.ts'

const Fact = z
  .string()
  .trim()
  .min(1, 'A fact needs some words.')
  .max(300, 'Keep a fact under 300 characters.')

export const Utm = z.object({
  on: z.boolean().default(false),
  source: z.string().max(60).default('{network}'),
  medium: z.string().max(60).default('social'),
  campaign: z.string().max(80).default(''),
})

export const Brief = z
  .object({
    product: z.string().trim().min(1, 'What is it that you want to tell people about?').max(120),
    audience: z.string().trim().max(300).default(''),
    goal: z.string().trim().max(300).default(''),
    tone: z.array(z.string().trim().min(1).max(30)).max(5).default([]),
    language: Language.default('en'),
    facts: z.array(Fact).max(40).default([]),
    links: z
      .array(
        z.url({
          protocol: /^https?$/,
          error: 'Give a whole address, like https://example.com/page.',
        }),
      )
      .max(10)
      .default([]),
    from: CalendarDate,
    to: CalendarDate,
    timeZone: TimeZone,
    postsPerWeek: z
      .number()
      .int()
      .min(1, 'At least one post a week.')
      .max(21, 'At most 21 posts a week.')
      .default(3),
    channelIds: z.array(Id).min(1, 'Choose at least one channel.').max(20),
    utm: Utm.default({ on: false, source: '{network}', medium: 'social', campaign: '' }),
  })
  .refine((b) => b.from <= b.to, { path: ['to'], error: 'The end lies before the beginning.' })
  .meta({ id: 'Brief' })
export type Brief = z.infer<typeof Brief>

export const PlanWeek = z.object({
  from: CalendarDate,
  to: CalendarDate,
  theme: z.string(),
  angle: z.string(),
  posts: z.number().int(),
})
export const Plan = z.object({ weeks: z.array(PlanWeek) }).meta({ id: 'Plan' })
export type Plan = z.infer<typeof Plan>

export const RunState = z.enum(['planning', 'writing', 'done', 'cancelled', 'failed'])
export const Run = z
  .object({
    id: Id,
    campaignId: Id,
    number: z.number().int(),
    state: RunState,
    plan: Plan.nullable(),
    postsPlanned: z.number().int(),
    postsWritten: z.number().int(),
    writer: z.string().describe("Who writes: connection's name, or the starter writer"),
    costMicros: z
      .number()
      .int()
      .nullable()
      .describe('Micro units of `currency`; null: not known. 0 only when nothing was bought'),
    currency: z.string().nullable(),
    reason: z.string().nullable(),
    stuck: z
      .object({ writer: z.string(), askedAgainAt: Instant.nullable() })
      .nullable()
      .describe('The provider that it waits for, and until when; without a time, a person'),
    startedAt: Instant,
    finishedAt: Instant.nullable(),
    workflowUrl: z.string().nullable().describe('Link for operators; null for others'),
  })
  .meta({ id: 'Run' })

export const Campaign = z
  .object({
    id: Id,
    externalId: z.string().nullable(),
    name: z.string(),
    brief: Brief,
    version: z.number().int(),
    run: Run.nullable(),
    counts: z.object({
      draft: z.number().int(),
      ready: z.number().int(),
      scheduled: z.number().int(),
      published: z.number().int(),
      trouble: z.number().int(),
    }),
    createdBy: z.string().nullable(),
    createdAt: Instant,
    updatedAt: Instant,
  })
  .meta({ id: 'Campaign' })

export const CampaignCreate = z
  .object({
    name: z.string().trim().min(1, 'Give the campaign a name.').max(120).optional(),
    brief: Brief,
    externalId: ExternalId.optional(),
    generate: z.boolean().default(false).describe('Start writing at once'),
  })
  .meta({ id: 'CampaignCreate' })

export const CampaignUpdate = z
  .object({ name: z.string().trim().min(1).max(120).optional(), brief: Brief.optional() })
  .meta({ id: 'CampaignUpdate' })

/** `usual`: the workspace's providers, in their order. `starter`: no provider sees the brief; never chosen by anybody but the caller. */
export const WriterChoice = z.enum(['usual', 'starter'])
export type WriterChoice = z.infer<typeof WriterChoice>
/**
 * What becomes of the posts that are there. `keep`: a second set is written beside them. `fill`: only times without a post are written.
 * `replace`: drafts of earlier runs that nobody approved are deleted for good, then as `fill`.
 */
export const DraftsChoice = z.enum(['keep', 'fill', 'replace'])
export type DraftsChoice = z.infer<typeof DraftsChoice>
export const RunCreate = z
  .object({ drafts: DraftsChoice.default('keep'), writer: WriterChoice.default('usual') })
  .meta({ id: 'RunCreate' })

const CampaignParams = WorkspaceParams.extend({ campaignId: Id })
const RunParams = CampaignParams.extend({ runId: Id })
/** Seconds to wait for the run's end before answering. */
const Wait = z.object({ wait: z.coerce.number().int().min(0).max(60).default(0) })
/** Channels on which published posts are taken down as well; others stay where they are. */
export const DeleteChoice = z.object({ takeDown: list(Id).default([]) })

export const Estimate = z.object({
  posts: z.number().int(),
  days: z.array(z.object({ date: CalendarDate, times: z.array(z.string()) })),
  writer: z.string(),
  costMicrosMax: z.number().int().nullable(),
  currency: z.string().nullable(),
})

export const campaigns = {
  createCampaign: endpoint({
    method: 'post',
    path: '/workspaces/:workspaceId/campaigns',
    tag: 'Campaigns',
    summary: 'Create a campaign from a brief, and start writing it when asked',
    can: ['campaign', 'create'],
    params: WorkspaceParams,
    query: Wait,
    body: CampaignCreate,
    response: z.object({ campaign: Campaign, run: Run.nullable() }),
    status: 201,
    otherStatus: 202,
    tx: 'own',
    creates: ['/workspaces/:workspaceId/campaigns/:campaignId', 'campaign', 'id'],
    problems: ['conflict'],
  }),
  estimateCampaign: endpoint({
    method: 'post',
    path: '/workspaces/:workspaceId/campaigns/estimate',
    tag: 'Campaigns',
    summary:
      'Say how many posts a brief makes, on which days, who writes and what it costs at most',
    can: ['campaign', 'read'],
    params: WorkspaceParams,
    body: Brief,
    response: Estimate,
  }),
  listCampaigns: endpoint({
    method: 'get',
    path: '/workspaces/:workspaceId/campaigns',
    tag: 'Campaigns',
    summary: 'List campaigns, newest first',
    can: ['campaign', 'read'],
    params: WorkspaceParams,
    query: PageQuery.extend({
      updatedSince: Instant.optional(),
      externalId: ExternalId.optional(),
      q: z.string().max(100).optional(),
    }),
    response: page(Campaign),
  }),
  getCampaign: endpoint({
    method: 'get',
    path: '/workspaces/:workspaceId/campaigns/:campaignId',
    tag: 'Campaigns',
    summary: 'Get a campaign with its latest run',
    can: ['campaign', 'read'],
    params: CampaignParams,
    response: Campaign,
  }),
  updateCampaign: endpoint({
    method: 'patch',
    path: '/workspaces/:workspaceId/campaigns/:campaignId',
    tag: 'Campaigns',
    summary: 'Change name or brief; posts already written stay as they are',
    can: ['campaign', 'update'],
    params: CampaignParams,
    body: CampaignUpdate,
    response: Campaign,
    ifMatch: 'required',
  }),
  deleteCampaign: endpoint({
    method: 'delete',
    path: '/workspaces/:workspaceId/campaigns/:campaignId',
    tag: 'Campaigns',
    summary: 'Delete a campaign with its runs, posts and workflow histories, for good',
    can: ['campaign', 'delete'],
    needs: 'publish',
    params: CampaignParams,
    query: DeleteChoice,
    status: 202,
    response: Deleted,
    ifMatch: 'optional',
    tx: 'own',
  }),
  createRun: endpoint({
    method: 'post',
    path: '/workspaces/:workspaceId/campaigns/:campaignId/runs',
    tag: 'Campaigns',
    summary:
      'Write the campaign (again), beside the posts that are there or in place of its drafts',
    can: ['campaign', 'update'],
    params: CampaignParams,
    query: Wait,
    body: RunCreate,
    response: Run,
    status: 202,
    otherStatus: 201,
    ifMatch: 'optional',
    tx: 'own',
    problems: ['conflict'],
    creates: ['/workspaces/:workspaceId/campaigns/:campaignId/runs/:runId', 'id'],
  }),
  listRuns: endpoint({
    method: 'get',
    path: '/workspaces/:workspaceId/campaigns/:campaignId/runs',
    tag: 'Campaigns',
    summary: 'List the runs of a campaign',
    can: ['campaign', 'read'],
    params: CampaignParams,
    query: PageQuery,
    response: page(Run),
  }),
  getRun: endpoint({
    method: 'get',
    path: '/workspaces/:workspaceId/campaigns/:campaignId/runs/:runId',
    tag: 'Campaigns',
    summary: 'Get one run',
    can: ['campaign', 'read'],
    params: RunParams,
    response: Run,
  }),
  cancelRun: endpoint({
    method: 'post',
    path: '/workspaces/:workspaceId/campaigns/:campaignId/runs/:runId/cancel',
    tag: 'Campaigns',
    summary: 'Stop writing; what is written stays',
    can: ['campaign', 'update'],
    params: RunParams,
    response: Run,
  }),
  deleteRun: endpoint({
    method: 'delete',
    path: '/workspaces/:workspaceId/campaigns/:campaignId/runs/:runId',
    tag: 'Campaigns',
    summary: 'Delete a run, its posts and its workflow histories, for good',
    can: ['campaign', 'delete'],
    needs: 'publish',
    params: RunParams,
    query: DeleteChoice,
    status: 202,
    response: Deleted,
    tx: 'own',
  }),
}
