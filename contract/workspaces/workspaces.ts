/** Workspaces, members, the public page, holding everything, keys, events and what needs me today. */
import { z } from 'zod'
import { Id, Instant, Language, TimeZone, WorkspaceParams } from '../platform/common.ts'
import { Delivery } from '../publishing/deliveries.ts'
import { endpoint } from '../platform/endpoint.ts'
import { PostTile } from '../posts/post.ts'

export const Role = z.enum(['owner', 'editor', 'viewer'])
export type Role = z.infer<typeof Role>

const Slug = z
  .string()
  .regex(/^[a-z0-9](-?[a-z0-9])*$/, 'Use small letters, digits and single hyphens.')
  .min(2)
  .max(60)
  .meta({ examples: ['ridgeline'] })
export const PublicPage = z
  .object({
    on: z.boolean(),
    slug: Slug,
    title: z.string().max(120),
    about: z.string().max(500),
    imprint: z.string().max(2000),
    url: z.string(),
  })
  .meta({ id: 'PublicPage' })
export const Hold = z
  .object({
    reason: z.string(),
    by: z.string().nullable(),
    since: Instant,
    overdue: z.number().int().describe('Posts whose time has passed meanwhile'),
  })
  .meta({ id: 'Hold' })
export const Workspace = z
  .object({
    id: Id,
    name: z.string(),
    timeZone: TimeZone,
    language: Language,
    role: Role,
    can: z.array(z.string()),
    page: PublicPage,
    hold: Hold.nullable(),
    demo: z.boolean(),
    slots: z.array(z.object({ weekday: z.number().int().min(1).max(7), time: z.string() })),
    version: z.number().int(),
    createdAt: Instant,
  })
  .meta({ id: 'Workspace' })
export type Workspace = z.infer<typeof Workspace>

export const Member = z
  .object({ personId: Id, name: z.string(), email: z.string(), role: Role, since: Instant })
  .meta({ id: 'Member' })
export const ApiKey = z
  .object({
    id: Id,
    name: z.string(),
    hint: z.string(),
    mayPublish: z.boolean(),
    createdBy: z.string().nullable(),
    createdAt: Instant,
    lastUsedAt: Instant.nullable(),
  })
  .meta({ id: 'ApiKey' })

export const Overdue = z.enum(['send_now', 'next_slots', 'cancel'])
export const Today = z
  .object({
    approvals: z.array(PostTile),
    approvalsCount: z.number().int(),
    trouble: z.array(z.object({ delivery: Delivery, title: z.string() })),
    troubleCount: z.number().int(),
    expiring: z.array(
      z.object({
        channelId: Id,
        name: z.string(),
        network: z.string(),
        expiresAt: Instant.nullable(),
        state: z.string(),
        nextPublishAt: Instant.nullable(),
      }),
    ),
    next: z.array(PostTile),
    justOut: z.array(z.object({ delivery: Delivery, title: z.string() })),
    steps: z.object({ page: z.boolean(), channel: z.boolean(), post: z.boolean() }),
    hold: Hold.nullable(),
  })
  .meta({ id: 'Today' })

const ws = { tag: 'Workspaces', params: WorkspaceParams } as const
const keyParams = WorkspaceParams.extend({ keyId: Id })

export const workspaces = {
  listWorkspaces: endpoint({
    method: 'get',
    path: '/workspaces',
    tag: 'Workspaces',
    summary: 'List the workspaces I am a member of',
    can: 'signed-in',
    response: z.object({ data: z.array(Workspace) }),
  }),
  createWorkspace: endpoint({
    method: 'post',
    path: '/workspaces',
    tag: 'Workspaces',
    summary: 'Create a workspace; whoever creates it owns it',
    can: 'person',
    body: z.object({
      name: z.string().trim().min(1, 'Give it a name.').max(80),
      timeZone: TimeZone.default('UTC'),
      language: Language.default('en'),
    }),
    response: Workspace,
    status: 201,
    creates: ['/workspaces/:workspaceId', 'id'],
  }),
  getWorkspace: endpoint({
    ...ws,
    method: 'get',
    path: '/workspaces/:workspaceId',
    summary: 'Get a workspace',
    can: ['workspace', 'read'],
    response: Workspace,
  }),
  updateWorkspace: endpoint({
    ...ws,
    ifMatch: 'optional',
    method: 'patch',
    path: '/workspaces/:workspaceId',
    summary: 'Change name, time zone, language or slots',
    can: ['workspace', 'update'],
    // Name, language and zone stand on the public page, and slots are when posts go out.
    needs: 'publish',
    body: z.object({
      name: z.string().trim().min(1).max(80).optional(),
      timeZone: TimeZone.optional(),
      language: Language.optional(),
      slots: z
        .array(
          z.object({
            weekday: z.number().int().min(1).max(7),
            time: z.string().regex(/^\d{2}:\d{2}$/),
          }),
        )
        .max(100)
        .optional(),
    }),
    response: Workspace,
  }),
  updatePage: endpoint({
    ...ws,
    ifMatch: 'optional',
    method: 'put',
    path: '/workspaces/:workspaceId/page',
    summary: "Change the workspace's public page, switch it on or off",
    can: ['workspace', 'update'],
    needs: 'publish',
    body: PublicPage.omit({ url: true }),
    response: PublicPage,
    problems: ['conflict'],
  }),
  holdPublishing: endpoint({
    ...ws,
    ifMatch: 'optional',
    method: 'post',
    path: '/workspaces/:workspaceId/hold',
    summary: 'Hold everything: nothing goes out until resumed',
    can: ['workspace', 'hold'],
    body: z.object({ reason: z.string().trim().min(1, 'Say why, so that others know.').max(200) }),
    response: Workspace,
  }),
  resumePublishing: endpoint({
    ...ws,
    ifMatch: 'optional',
    method: 'post',
    path: '/workspaces/:workspaceId/resume',
    summary: 'Resume, saying what becomes of posts whose time has passed',
    can: ['workspace', 'hold'],
    needs: 'publish',
    body: z.object({ overdue: Overdue }),
    response: z.object({ workspace: Workspace, overdue: z.number().int() }),
    problems: ['conflict'],
  }),
  listOverdue: endpoint({
    ...ws,
    method: 'get',
    path: '/workspaces/:workspaceId/overdue',
    summary:
      'List the posts whose time has passed while publishing is on hold, the first 50 by time',
    can: ['post', 'read'],
    response: z.object({ data: z.array(PostTile) }),
  }),
  getToday: endpoint({
    ...ws,
    method: 'get',
    path: '/workspaces/:workspaceId/today',
    summary: 'What needs me, what goes out next, what just went out',
    can: ['workspace', 'read'],
    response: Today,
  }),
  listMembers: endpoint({
    ...ws,
    method: 'get',
    path: '/workspaces/:workspaceId/members',
    summary: 'List members',
    can: ['member', 'read'],
    response: z.object({ data: z.array(Member) }),
  }),
  addMember: endpoint({
    ...ws,
    method: 'post',
    path: '/workspaces/:workspaceId/members',
    summary: 'Give somebody who has an account a role here',
    can: ['member', 'manage'],
    body: z.object({ email: z.email('Give an e-mail address.').max(254), role: Role }),
    response: Member,
    status: 201,
    problems: ['conflict'],
    creates: ['/workspaces/:workspaceId/members/:personId', 'personId'],
  }),
  updateMember: endpoint({
    ...ws,
    method: 'patch',
    path: '/workspaces/:workspaceId/members/:personId',
    summary: "Change a member's role",
    can: ['member', 'manage'],
    params: WorkspaceParams.extend({ personId: Id }),
    body: z.object({ role: Role }),
    response: Member,
    problems: ['conflict'],
  }),
  removeMember: endpoint({
    ...ws,
    method: 'delete',
    path: '/workspaces/:workspaceId/members/:personId',
    summary: 'Remove a member',
    can: ['member', 'manage'],
    params: WorkspaceParams.extend({ personId: Id }),
    status: 204,
    problems: ['conflict'],
  }),
  listApiKeys: endpoint({
    ...ws,
    method: 'get',
    path: '/workspaces/:workspaceId/api-keys',
    summary: 'List API keys',
    can: ['key', 'read'],
    response: z.object({ data: z.array(ApiKey) }),
  }),
  createApiKey: endpoint({
    ...ws,
    method: 'post',
    path: '/workspaces/:workspaceId/api-keys',
    summary: 'Create an API key; it is shown once',
    can: ['key', 'manage'],
    body: z.object({
      name: z.string().trim().min(1, 'Give the key a name.').max(80),
      mayPublish: z.boolean().default(false),
    }),
    response: z.object({ key: ApiKey, secret: z.string() }),
    status: 201,
    creates: ['/workspaces/:workspaceId/api-keys/:keyId', 'key', 'id'],
  }),
  revokeApiKey: endpoint({
    ...ws,
    method: 'delete',
    path: '/workspaces/:workspaceId/api-keys/:keyId',
    summary: 'Revoke an API key at once',
    can: ['key', 'manage'],
    params: keyParams,
    status: 204,
  }),
  events: endpoint({
    ...ws,
    method: 'get',
    path: '/workspaces/:workspaceId/events',
    summary: 'Server-sent events of the workspace; resumes after Last-Event-ID',
    can: ['workspace', 'read'],
    query: z.object({ runId: Id.optional(), postId: Id.optional() }),
    status: 200,
    raw: 'events',
    tx: 'own',
  }),
  wipeDemo: endpoint({
    ...ws,
    ifMatch: 'optional',
    method: 'post',
    path: '/workspaces/:workspaceId/wipe-demo',
    summary: 'Delete the demo workspace with everything in it',
    can: ['workspace', 'delete'],
    status: 204,
    tx: 'own',
    problems: ['conflict'],
  }),
}
