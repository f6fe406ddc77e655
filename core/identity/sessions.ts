/**
 * Sessions. Tokens are opaque and stored hashed. A refresh token is used once and has exactly one successor, computed and not kept, so that
 * a lost reply is harmless; a token that comes back after its successor went into use was copied, and ends its whole family.
 */
import type { Actor } from '../platform/actor.ts'
import type { Context } from '../platform/context.ts'
import { hashToken, newToken, successorOf } from '../platform/crypto/tokens.ts'
import { enter, rows, run } from '../platform/db.ts'
import { queueMail } from '../platform/mail.ts'
import { RefreshToken } from './models/refresh-token.ts'
import { Session } from './models/session.ts'

const minute = 60_000
const day = 24 * 60 * minute
export const accessMs = 15 * minute
const idleMs = 30 * day
const absoluteMs = 90 * day
/** Tabs that refresh at the same time present one token within moments of each other. */
const raceMs = 10_000
/** Requests that were under way with the access token of before. */
const overlapMs = minute

export interface Tokens {
  personId: string
  sessionId: string
  accessToken: string
  refreshToken: string
  accessExpiresAt: Date
  /** When the session ends if it is not used any more. */
  expiresAt: Date
}

export interface Device {
  ip: string
  userAgent: string
}

const endOf = (startedAt: Date, now: Date): Date =>
  new Date(Math.min(now.getTime() + idleMs, startedAt.getTime() + absoluteMs))

/** Opens a session in its own unit of work. */
export const startSession = (ctx: Context, personId: string, device: Device): Promise<Tokens> =>
  ctx.db.tx({ person: personId }, () => insertSession(personId, device, ctx.now()))

/** The same inside the person's open unit of work. */
export async function insertSession(personId: string, device: Device, now: Date): Promise<Tokens> {
  const [accessToken, refreshToken] = [newToken(), newToken()]
  const accessExpiresAt = new Date(now.getTime() + accessMs)
  const expiresAt = endOf(now, now)
  const { id: sessionId } = await Session.create({
    personId,
    accessHash: hashToken(accessToken),
    accessExpiresAt,
    ip: device.ip,
    userAgent: device.userAgent.slice(0, 300),
    startedAt: now,
    lastSeenAt: now,
    expiresAt,
  })
  const hash = hashToken(refreshToken)
  await RefreshToken.create({ hash, sessionId, personId, generation: 0, createdAt: now })
  return { personId, sessionId, accessToken, refreshToken, accessExpiresAt, expiresAt }
}

/** Who holds this access token; null when it is unknown, expired or its session has ended. */
export async function findSession(
  ctx: Context,
  accessToken: string,
  ip: string,
): Promise<Extract<Actor, { kind: 'person' }> | null> {
  const hash = hashToken(accessToken)
  return ctx.db.tx({}, async () => {
    const [found] = await rows<{ session_id: string; person_id: string }>(
      'select * from session_by_hash($1)',
      [hash],
    )
    if (!found) return null
    const { session_id: sessionId, person_id: personId } = found
    await enter({ person: personId })
    const session = await Session.findByPk(sessionId)
    const now = ctx.now()
    if (!session || !opens(session, hash, now)) return null
    // Once a minute is enough for the list of sessions; the new token's first use tells that the refresh's reply arrived.
    const isNew = session.accessHash.equals(hash)
    if (isNew && (!isSeen(session) || now.getTime() - session.lastSeenAt.getTime() > minute))
      await run('update sessions set last_seen_at = $2 where id = $1', [sessionId, now])
    return { kind: 'person', personId, sessionId, ip }
  })
}

function opens(session: Session, hash: Buffer, now: Date): boolean {
  if (session.revokedAt || session.expiresAt <= now) return false
  if (session.accessHash.equals(hash)) return session.accessExpiresAt > now
  // Looked up a moment ago, it may be neither of the two by now.
  if (!session.previousAccessHash?.equals(hash)) return false
  return now.getTime() < issuedAt(session) + overlapMs
}

/** When the current access token was issued, in milliseconds. */
const issuedAt = (session: Session): number => session.accessExpiresAt.getTime() - accessMs
/** Strictly later: the token of before may have been used in the millisecond of the refresh. */
const isSeen = (session: Session): boolean => session.lastSeenAt.getTime() > issuedAt(session)

type Outcome =
  | { kind: 'tokens'; tokens: Tokens }
  /** Unknown, expired or ended: nothing changes. */
  | { kind: 'refused' }
  | { kind: 'stolen' }

/**
 * Exchanges a refresh token. Null means: sign in again. When a used token comes back, its family has ended and its owner's mail is queued
 * before null is returned.
 */
export async function rotate(ctx: Context, presented: string): Promise<Tokens | null> {
  const hash = hashToken(presented)
  const [found] = await ctx.db.tx({}, () =>
    rows<{ session_id: string; person_id: string }>('select * from refresh_by_hash($1)', [hash]),
  )
  if (!found) return null
  const { session_id: sessionId, person_id: personId } = found
  const outcome = await ctx.db.tx({ person: personId }, () =>
    exchange(ctx, presented, hash, sessionId),
  )
  if (outcome.kind === 'stolen')
    ctx.log.warn(
      { personId, outcome: 'reuse' },
      'a used refresh token came back, its session ended',
    )
  return outcome.kind === 'tokens' ? outcome.tokens : null
}

async function exchange(
  ctx: Context,
  presented: string,
  hash: Buffer,
  sessionId: string,
): Promise<Outcome> {
  const now = ctx.now()
  // The session's row is what everybody who presents a token of this family waits for.
  const session = await Session.findByPk(sessionId, { lock: true })
  if (!session || session.revokedAt || session.expiresAt <= now) return { kind: 'refused' }
  const token = await RefreshToken.findByPk(hash)
  if (!token) return { kind: 'refused' }
  const { rotationKey } = ctx.config
  const tokens: Tokens = {
    personId: session.personId,
    sessionId,
    accessToken: successorOf(rotationKey, presented, 'access'),
    refreshToken: successorOf(rotationKey, presented, 'refresh'),
    accessExpiresAt: session.accessExpiresAt,
    expiresAt: session.expiresAt,
  }
  if (!token.usedAt) return succeed(session, token, tokens, now)
  const successorHash = hashToken(tokens.refreshToken)
  // Another rotation key computes another successor: that is our doing and nobody's theft.
  if (!token.successorHash?.equals(successorHash)) return { kind: 'refused' }
  const successor = await RefreshToken.findByPk(successorHash)
  const race = now.getTime() - token.usedAt.getTime() < raceMs
  if (successor && !successor.usedAt && (race || !isSeen(session)))
    return { kind: 'tokens', tokens }
  await endFamily(session, now)
  return { kind: 'stolen' }
}

async function succeed(
  session: Session,
  token: RefreshToken,
  tokens: Tokens,
  now: Date,
): Promise<Outcome> {
  const { id: sessionId, personId } = session
  const hash = hashToken(tokens.refreshToken)
  const generation = token.generation + 1
  await token.update({ usedAt: now, successorHash: hash })
  await RefreshToken.create({ hash, sessionId, personId, generation, createdAt: now })
  const accessExpiresAt = new Date(now.getTime() + accessMs)
  const expiresAt = endOf(session.startedAt, now)
  await session.update({
    // For requests that are under way; one that has run out is not brought back.
    previousAccessHash: session.accessExpiresAt > now ? session.accessHash : null,
    accessHash: hashToken(tokens.accessToken),
    accessExpiresAt,
    expiresAt,
  })
  return { kind: 'tokens', tokens: { ...tokens, accessExpiresAt, expiresAt } }
}

async function endFamily(session: Session, now: Date): Promise<void> {
  await session.update({ revokedAt: now, revokedReason: 'reuse' })
  await queueMail(
    {
      personId: session.personId,
      class: 'security',
      dedupe: `session-reuse:${session.id}`,
      subject: 'We ended one of your sessions',
      body: [
        'A key of one of your PostAura sessions was used a second time. That happens when somebody has copied it.',
        `We ended that session, which began on ${session.startedAt.toISOString().slice(0, 10)}. Your other sessions go on.`,
        'Sign in again. If you do not know what happened, change your password: that ends all other sessions.',
      ].join('\n\n'),
    },
    now,
  )
}

/** Ends a session of the person at once, in the open unit of work. False when there is none to end. */
export async function endSession(sessionId: string, reason: string, now: Date): Promise<boolean> {
  const ended = await run(
    `update sessions set revoked_at = $2, revoked_reason = $3 where id = $1 and revoked_at is null`,
    [sessionId, now, reason],
  )
  return ended > 0
}

/** Ends every session of the person but one, in the open unit of work. */
export async function endOtherSessions(
  personId: string,
  kept: string,
  reason: string,
  now: Date,
): Promise<void> {
  await run(
    `update sessions set revoked_at = $3, revoked_reason = $4 where person_id = $1 and id <> $2 and revoked_at is null`,
    [personId, kept, now, reason],
  )
}

/** Deletes sessions that have run out, of everybody; returns how many went. */
export async function pruneSessions(ctx: Pick<Context, 'db' | 'now'>): Promise<number> {
  return ctx.db.tx({ role: 'jobs' }, () =>
    run('delete from sessions where expires_at < $1', [ctx.now()]),
  )
}

/** Whether the session or key that somebody came with is still good, in their own unit of work. */
export async function standsStill(actor: Actor, now: Date): Promise<boolean> {
  if (actor.kind === 'anonymous') return false
  const found =
    actor.kind === 'key'
      ? await rows('select 1 from api_keys where id = $1 and revoked_at is null', [actor.keyId])
      : await rows(
          'select 1 from sessions where id = $1 and revoked_at is null and expires_at > $2',
          [actor.sessionId, now],
        )
  return found.length > 0
}
