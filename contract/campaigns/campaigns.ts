/** Campaigns and their briefs, and what a campaign says of the run that wrote it. */
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
import { describe } from '../platform/endpoint.ts'
import { campaignRoutes } from './routes.ts'

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

export const CampaignParams = WorkspaceParams.extend({ campaignId: Id })
/** Seconds to wait for the run's end before answering. */
export const Wait = z.object({ wait: z.coerce.number().int().min(0).max(60).default(0) })
/** Channels on which published posts are taken down as well; others stay where they are. */
export const DeleteChoice = z.object({ takeDown: list(Id).default([]) })

export const campaigns = describe(campaignRoutes, {
  createCampaign: {
    tag: 'Campaigns',
    summary: 'Create a campaign from a brief, and start writing it when asked',
    params: WorkspaceParams,
    query: Wait,
    body: CampaignCreate,
    response: z.object({ campaign: Campaign, run: Run.nullable() }),
    status: 201,
    otherStatus: 202,
    tx: 'own',
    creates: [campaignRoutes.getCampaign.path, 'campaign', 'id'],
    problems: ['conflict'],
  },
  listCampaigns: {
    tag: 'Campaigns',
    summary: 'List campaigns, newest first',
    params: WorkspaceParams,
    query: PageQuery.extend({
      updatedSince: Instant.optional(),
      externalId: ExternalId.optional(),
      q: z.string().max(100).optional(),
    }),
    response: page(Campaign),
  },
  getCampaign: {
    tag: 'Campaigns',
    summary: 'Get a campaign with its latest run',
    params: CampaignParams,
    response: Campaign,
  },
  updateCampaign: {
    tag: 'Campaigns',
    summary: 'Change name or brief; posts already written stay as they are',
    params: CampaignParams,
    body: CampaignUpdate,
    response: Campaign,
    ifMatch: 'required',
  },
  deleteCampaign: {
    tag: 'Campaigns',
    summary: 'Delete a campaign with its runs, posts and workflow histories, for good',
    params: CampaignParams,
    query: DeleteChoice,
    status: 202,
    response: Deleted,
    ifMatch: 'optional',
    tx: 'own',
  },
})
