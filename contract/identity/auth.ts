/** Accounts and sessions. */
import { z } from 'zod'
import { Id, Instant, TimeZone } from '../platform/common.ts'
import { endpoint } from '../platform/endpoint.ts'

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

export const auth = {
  register: endpoint({
    method: 'post',
    path: '/register',
    tag: 'Account',
    summary: 'Create an account and its first workspace',
    can: 'public',
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
    creates: ['/me'],
  }),
  signIn: endpoint({
    method: 'post',
    path: '/sign-in',
    tag: 'Account',
    summary: 'Sign in',
    can: 'public',
    tx: 'own',
    body: z.object({ email: z.string().max(254), password: z.string().max(256), asTokens }),
    response: Signed,
    problems: ['wrong_credentials', 'too_many'],
  }),
  refreshSession: endpoint({
    method: 'post',
    path: '/refresh',
    tag: 'Account',
    summary: 'Exchange a refresh token for its successor',
    can: 'public',
    tx: 'own',
    body: z.object({ refreshToken: z.string().max(200) }),
    response: Tokens,
    problems: ['unauthenticated'],
  }),
  signOut: endpoint({
    method: 'post',
    path: '/sign-out',
    tag: 'Account',
    summary: 'End this session',
    can: 'person',
    tx: 'own',
    status: 204,
  }),
  getMe: endpoint({
    method: 'get',
    path: '/me',
    tag: 'Account',
    summary: 'Who am I',
    can: 'signed-in',
    response: Me,
  }),
  updateMe: endpoint({
    method: 'patch',
    path: '/me',
    tag: 'Account',
    summary: 'Change my name',
    can: 'person',
    body: z.object({ name: z.string().trim().min(1).max(80) }),
    response: Person,
  }),
  changePassword: endpoint({
    method: 'post',
    path: '/me/password',
    tag: 'Account',
    summary: 'Change my password; other sessions end',
    can: 'person',
    tx: 'own',
    body: z.object({ current: z.string().max(256), next: Password }),
    status: 204,
    problems: ['wrong_credentials', 'too_many'],
  }),
  listSessions: endpoint({
    method: 'get',
    path: '/me/sessions',
    tag: 'Account',
    summary: 'My sessions',
    can: 'person',
    response: z.object({ data: z.array(SessionInfo) }),
  }),
  endSession: endpoint({
    method: 'delete',
    path: '/me/sessions/:sessionId',
    tag: 'Account',
    summary: 'End one of my sessions',
    can: 'person',
    params: z.object({ sessionId: Id }),
    status: 204,
  }),
}
