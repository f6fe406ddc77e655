/** Accounts and sessions. */
import { z } from 'zod'
import { Id, Instant, TimeZone } from '../platform/common.ts'
import { describe } from '../platform/endpoint.ts'
import { authRoutes } from './routes.ts'

const Password = z
  .string()
  .min(10, 'Use at least 10 characters.')
  .max(256, 'At most 256 characters.')
export const Person = z
  .object({
    id: Id,
    name: z.string(),
    email: z.string(),
    operator: z.boolean(),
    createdAt: Instant,
  })
  .meta({ id: 'Person' })
export const Me = z
  .object({
    person: Person,
    workspaces: z.array(z.object({ id: Id, name: z.string(), role: z.string() })),
    via: z.enum(['session', 'key']),
  })
  .meta({ id: 'Me' })
export const SessionInfo = z.object({
  id: Id,
  current: z.boolean(),
  startedAt: Instant,
  lastSeenAt: Instant,
  device: z.string(),
})
/** Tokens for clients without cookies; browsers get them as cookies and `null` here. */
const Tokens = z.object({
  accessToken: z.string(),
  refreshToken: z.string(),
  accessExpiresAt: Instant,
})
const Signed = z.object({ me: Me, tokens: Tokens.nullable() })
const asTokens = z.boolean().default(false).describe('true: answer with tokens instead of cookies')

export const auth = describe(authRoutes, {
  register: {
    secret: true,
    tag: 'Account',
    summary: 'Create an account and its first workspace',
    tx: 'own',
    status: 201,
    body: z.object({
      name: z.string().trim().min(1, 'What should we call you?').max(80),
      email: z.email('Give an e-mail address.').max(254),
      password: Password,
      sixteenOrOlder: z.literal(true, 'PostAura is for people of 16 years and older.'),
      workspaceName: z.string().trim().max(80).optional(),
      timeZone: TimeZone.default('UTC'),
      setupToken: z.string().max(200).optional(),
      asTokens,
    }),
    response: Signed,
    problems: ['conflict', 'forbidden', 'too_many'],
    creates: [authRoutes.getMe.path],
  },
  signIn: {
    secret: true,
    tag: 'Account',
    summary: 'Sign in',
    tx: 'own',
    body: z.object({ email: z.string().max(254), password: z.string().max(256), asTokens }),
    response: Signed,
    problems: ['wrong_credentials', 'too_many'],
  },
  refreshSession: {
    secret: true,
    tag: 'Account',
    summary: 'Exchange a refresh token for its successor',
    tx: 'own',
    body: z.object({ refreshToken: z.string().max(200) }),
    response: Tokens,
    problems: ['unauthenticated'],
  },
  signOut: {
    tag: 'Account',
    summary: 'End this session',
    tx: 'own',
    status: 204,
  },
  getMe: {
    tag: 'Account',
    summary: 'Who am I',
    response: Me,
  },
  updateMe: {
    tag: 'Account',
    summary: 'Change my name',
    body: z.object({ name: z.string().trim().min(1).max(80) }),
    response: Person,
  },
  changePassword: {
    secret: true,
    tag: 'Account',
    summary: 'Change my password; other sessions end',
    tx: 'own',
    body: z.object({ current: z.string().max(256), next: Password }),
    status: 204,
    problems: ['wrong_credentials', 'too_many'],
  },
  listSessions: {
    tag: 'Account',
    summary: 'My sessions',
    response: z.object({ data: z.array(SessionInfo) }),
  },
  endSession: {
    tag: 'Account',
    summary: 'End one of my sessions',
    params: z.object({ sessionId: Id }),
    status: 204,
  },
})
