/** Accounts and sessions. */
import type { z } from 'zod'
import type { auth, Me as MeShape } from '#contract/identity/auth.ts'
import { Problem } from '#contract/platform/problems.ts'
import {
  admitNewcomer,
  confirmPassword,
  insertPerson,
  isAlone,
  replacePassword,
  signIn as checkPassword,
} from '../../core/identity/accounts.ts'
import type { Actor } from '../../core/platform/actor.ts'
import type { Context } from '../../core/platform/context.ts'
import { clearedCookies, sessionCookies } from './cookies.ts'
import { rows, run } from '../../core/platform/db.ts'
import { describeDevice } from './device.ts'
import { queueMail } from '../../core/platform/mail.ts'
import { Person } from '../../core/identity/models/person.ts'
import { Session } from '../../core/identity/models/session.ts'
import { hashPassword, refuseWeakPassword } from '../../core/identity/passwords.ts'
import {
  endOtherSessions,
  endSession as endOne,
  insertSession,
  rotate,
  startSession,
  type Tokens,
} from '../../core/identity/sessions.ts'
import { createGuesses } from '../../core/identity/sign-in-delay.ts'
import { uuidv7 } from '../../core/platform/uuid.ts'
import { createWorkspace } from '../../core/workspaces/workspaces.ts'
import type { Caller, Handlers, Reply } from '../handler-types.ts'
import { limitAddress } from '../limit.ts'

type Me = z.input<typeof MeShape>
type Table = Handlers<typeof auth>

const guesses = createGuesses()
/** Who is alone on the machine would only lock themselves out. */
const limitTries = async (ctx: Context, { actor }: Caller): Promise<void> =>
  isAlone(ctx.config) ? undefined : limitAddress(ctx, 'password.tries', actor.ip)

const register: Table['register'] = async (ctx, { body }, caller, reply) => {
  await limitTries(ctx, caller)
  const now = ctx.now()
  const person = { ...body, id: uuidv7(now.getTime()) }
  refuseWeakPassword(body.password, person, '/password')
  // Asked before the costly hash and decided again below, where nobody can come in between.
  await ctx.db.tx({}, () => admitNewcomer(ctx.config, body.setupToken ?? ''))
  const passwordHash = await hashPassword(body.password)
  const tokens = await ctx.db.tx({ person: person.id }, async () => {
    const { operator } = await admitNewcomer(ctx.config, body.setupToken ?? '')
    await insertPerson(person, passwordHash, operator, now)
    await createWorkspace(
      {
        name: body.workspaceName || `${body.name}'s workspace`,
        timeZone: body.timeZone,
        language: 'en',
        personId: person.id,
        config: ctx.config,
        policy: ctx.policy,
      },
      now,
    )
    return insertSession(person.id, deviceOf(caller), now)
  })
  return signed(ctx, tokens, body.asTokens, reply)
}

const signIn: Table['signIn'] = async (ctx, { body }, caller, reply) => {
  await limitTries(ctx, caller)
  const personId = await checkPassword(ctx, guesses, body.email, body.password)
  const tokens = await startSession(ctx, personId, deviceOf(caller))
  return signed(ctx, tokens, body.asTokens, reply)
}

const refreshSession: Table['refreshSession'] = async (ctx, { body }) => {
  const tokens = await rotate(ctx, body.refreshToken)
  if (!tokens) throw new Problem('unauthenticated', 'This session has ended. Sign in again.')
  return tokensOut(tokens)
}

const signOut: Table['signOut'] = async (ctx, _input, caller, reply) => {
  const { personId, sessionId } = personal(caller.actor)
  await ctx.db.tx({ person: personId }, () => endOne(sessionId, 'signed out', ctx.now()))
  reply.cookies(clearedCookies(ctx.config))
  reply.header('clear-site-data', '"cache"')
}

const getMe: Table['getMe'] = async (_ctx, _input, { actor }) => {
  if (actor.kind === 'anonymous' || !actor.personId) throw new Problem('unauthenticated')
  return meOf(actor.personId, actor.kind === 'key' ? actor.workspaceId : null)
}

const updateMe: Table['updateMe'] = async (_ctx, { body }, { actor }) => {
  const { personId } = personal(actor)
  const person = await Person.findByPk(personId, { rejectOnEmpty: true })
  return personOut(await person.update({ name: body.name }))
}

const changePassword: Table['changePassword'] = async (ctx, { body }, caller) => {
  await limitTries(ctx, caller)
  const { personId, sessionId } = personal(caller.actor)
  const person = await confirmPassword(ctx, personId, body.current)
  refuseWeakPassword(body.next, person, '/next')
  const passwordHash = await hashPassword(body.next)
  const now = ctx.now()
  await ctx.db.tx({ person: personId }, async () => {
    await replacePassword(personId, passwordHash, now)
    await run('update persons set failed_logins = 0, locked_until = null where id = $1', [personId])
    await endOtherSessions(personId, sessionId, 'password changed', now)
    await queueMail({ personId, class: 'security', ...passwordChanged(ctx) }, now)
  })
}

const passwordChanged = (ctx: Context) => ({
  subject: 'Your password was changed',
  body: [
    'The password of your PostAura account was changed, and all your other sessions have ended.',
    `If that was not you, write to ${ctx.config.controller.securityEmail} at once.`,
    `Your sessions: ${ctx.config.publicUrl}/settings/sessions`,
  ].join('\n\n'),
})

const listSessions: Table['listSessions'] = async (ctx, _input, { actor }) => {
  const { personId, sessionId } = personal(actor)
  const all = await Session.findAll({ where: { personId, revokedAt: null }, limit: 200 })
  const data = all
    .filter((session) => session.expiresAt > ctx.now())
    .sort((a, b) => b.lastSeenAt.getTime() - a.lastSeenAt.getTime())
    .map((session) => ({
      id: session.id,
      current: session.id === sessionId,
      startedAt: session.startedAt.toISOString(),
      lastSeenAt: session.lastSeenAt.toISOString(),
      device: describeDevice(session.userAgent ?? ''),
    }))
  return { data }
}

const endSession: Table['endSession'] = async (ctx, { params }, { actor }, reply) => {
  const { sessionId } = personal(actor)
  const ended = await endOne(params.sessionId, 'ended by the person', ctx.now())
  if (!ended) throw new Problem('not_found', 'This session has ended already.')
  if (params.sessionId === sessionId) reply.cookies(clearedCookies(ctx.config))
}

export const authHandlers: Table = {
  register,
  signIn,
  refreshSession,
  signOut,
  getMe,
  updateMe,
  changePassword,
  listSessions,
  endSession,
}

const deviceOf = ({ actor, userAgent }: Caller) => ({ ip: actor.ip, userAgent })

/** Only a signed-in person; the table keeps keys away from these endpoints. */
function personal(actor: Actor): Extract<Actor, { kind: 'person' }> {
  if (actor.kind !== 'person') throw new Problem('unauthenticated')
  return actor
}

async function signed(ctx: Context, tokens: Tokens, asTokens: boolean, reply: Reply) {
  const me = await ctx.db.tx({ person: tokens.personId }, () => meOf(tokens.personId, null))
  if (!asTokens) reply.cookies(sessionCookies(ctx.config, tokens, ctx.now()))
  return { me, tokens: asTokens ? tokensOut(tokens) : null }
}

const tokensOut = ({ accessToken, refreshToken, accessExpiresAt }: Tokens) => ({
  accessToken,
  refreshToken,
  accessExpiresAt: accessExpiresAt.toISOString(),
})

/** In the person's unit of work. A key sees only its own workspace. */
async function meOf(personId: string, only: string | null): Promise<Me> {
  const person = await Person.findByPk(personId)
  if (!person) throw new Problem('unauthenticated')
  const workspaces = await rows<{ id: string; name: string; role: string }>(
    `select w.id, w.name, m.role from workspaces w join memberships m on m.workspace_id = w.id
     where m.person_id = $1 and ($2::uuid is null or w.id = $2::uuid) order by w.id`,
    [personId, only],
  )
  return { person: personOut(person), workspaces, via: only ? 'key' : 'session' }
}

const personOut = ({ id, name, email, operator, createdAt }: Person) => ({
  id,
  name,
  email,
  operator,
  createdAt: createdAt.toISOString(),
})
