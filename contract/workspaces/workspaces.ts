/** Workspaces and their members. */
import { z } from 'zod'
import { Id, Instant, Language, TimeZone, WorkspaceParams } from '../platform/common.ts'
import { describe } from '../platform/endpoint.ts'
import { workspaceRoutes } from './routes.ts'

/** The name of a role: `owner`, `editor`, `viewer`, or one that the workspace made itself. */
export const Role = z.string().min(1).max(60)
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

const ws = { tag: 'Workspaces', params: WorkspaceParams } as const

export const workspaces = describe(workspaceRoutes, {
  listWorkspaces: {
    tag: 'Workspaces',
    summary: 'List the workspaces I am a member of',
    response: z.object({ data: z.array(Workspace) }),
  },
  createWorkspace: {
    tag: 'Workspaces',
    summary: 'Create a workspace; whoever creates it owns it',
    body: z.object({
      name: z.string().trim().min(1, 'Give it a name.').max(80),
      timeZone: TimeZone.default('UTC'),
      language: Language.default('en'),
    }),
    response: Workspace,
    status: 201,
    creates: [workspaceRoutes.getWorkspace.path, 'id'],
  },
  getWorkspace: {
    ...ws,
    summary: 'Get a workspace',
    response: Workspace,
  },
  updateWorkspace: {
    ...ws,
    ifMatch: 'optional',
    summary: 'Change name, time zone, language or slots',
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
  },
  listMembers: {
    ...ws,
    summary: 'List members',
    response: z.object({ data: z.array(Member) }),
  },
  addMember: {
    ...ws,
    summary: 'Give somebody who has an account a role here',
    body: z.object({ email: z.email('Give an e-mail address.').max(254), role: Role }),
    response: Member,
    status: 201,
    problems: ['conflict'],
    creates: [workspaceRoutes.updateMember.path, 'personId'],
  },
  updateMember: {
    ...ws,
    summary: "Change a member's role",
    params: WorkspaceParams.extend({ personId: Id }),
    body: z.object({ role: Role }),
    response: Member,
    problems: ['conflict'],
  },
  removeMember: {
    ...ws,
    summary: 'Remove a member',
    params: WorkspaceParams.extend({ personId: Id }),
    status: 204,
    problems: ['conflict'],
  },
})
