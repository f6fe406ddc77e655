/** Accounts: who may register, and proving that one is who one says. */
import { fieldProblem, Problem } from '#contract/platform/problems.ts'
import type { Config } from '../platform/config.ts'
import type { Context } from '../platform/context.ts'
import { sameSecret } from '../platform/crypto/tokens.ts'
import { rows, run } from '../platform/db.ts'
import { Credential } from './models/credential.ts'
import { Person } from './models/person.ts'
import { hashPassword, isOutdated, verifyPassword } from './passwords.ts'
import { delayAfter, type Guesses } from './sign-in-delay.ts'
import { uuidv7 } from '../platform/uuid.ts'

const loopback = new Set(['127.0.0.1', '::1', 'localhost'])

/** True when only this machine reaches the product: no outside address, no proxy in front, no public name. */
export function isAlone({ host, trustProxy, publicUrl }: Config): boolean {
  const name = new URL(publicUrl).hostname.replace(/^\[|\]$/g, '')
  return loopback.has(host) && !trustProxy && loopback.has(name)
}

/**
 * Decides in the open unit of work whether somebody may register, and whether they run the instance from then on. The first person does;
 * where others can reach the instance the first needs the link printed at start, and everybody else an open registration.
 */
export async function admitNewcomer(
  config: Config,
  setupToken: string,
): Promise<{ operator: boolean }> {
  // Two first registrations at once must not both be the first.
  await rows(`select pg_advisory_xact_lock(hashtext('first person'))`)
  const [found] = await rows<{ somebody: boolean }>('select any_person() as somebody')
  const first = !found?.somebody
  if (isAlone(config)) return { operator: first }
  if (first) {
    if (config.setupToken && sameSecret(setupToken, config.setupToken)) return { operator: true }
    throw new Problem(
      'forbidden',
      'The first account is made with the link that was printed when PostAura was started.',
    )
  }
  if (config.openRegistration) return { operator: false }
  throw new Problem('forbidden', 'Registration is closed here. Ask whoever runs this instance.')
}

export interface NewPerson {
  id: string
  name: string
  email: string
  password: string
}

/** Adds a person in the person's own unit of work; the hash was made before it began. */
export async function insertPerson(
  { id, name, email }: NewPerson,
  passwordHash: string,
  operator: boolean,
  now: Date,
): Promise<Person> {
  if (await personIdOf(email))
    throw fieldProblem('/email', 'There is an account with this address. Sign in instead.')
  const person = await Person.create({ id, name, email, operator, sixteenAttestedAt: now })
  await Credential.create({ personId: id, passwordHash, changedAt: now })
  return person
}

/** Puts a person's password in place of the old one, in the person's own unit of work; the hash was made before it began. */
export async function replacePassword(id: string, passwordHash: string, now: Date): Promise<void> {
  await Credential.update({ passwordHash, changedAt: now }, { where: { personId: id } })
}

/** The person with that id and the hash of their password; both null where there is none. */
function proofOf(ctx: Context, id: string) {
  return ctx.db.tx({ person: id }, async () => {
    const person = await Person.findByPk(id)
    const credential = await Credential.findByPk(id)
    return { person, hash: credential?.passwordHash ?? null }
  })
}

async function personIdOf(email: string): Promise<string | null> {
  const [found] = await rows<{ id: string | null }>('select person_by_email($1) as id', [email])
  return found?.id ?? null
}

/**
 * The person whose address and password these are. Unknown address and wrong password take the same steps and the same time, are delayed in
 * the same way, and end in the same Problem.
 */
export async function signIn(
  ctx: Context,
  guesses: Guesses,
  email: string,
  password: string,
): Promise<string> {
  const known = await ctx.db.tx({}, () => personIdOf(email))
  const id = known ?? uuidv7()
  const { person, hash } = await proofOf(ctx, id)
  const now = ctx.now()
  refuseWhileDelayed(person?.lockedUntil ?? guesses.lockedUntil(email), now)
  const fits = await verifyPassword(hash, password)
  if (!fits || !person || !hash) {
    if (!known) guesses.failed(email, now)
    // Committed before the refusal is thrown: a refusal must not undo the count.
    await ctx.db.tx({ person: id }, () => countFailure(id, now))
    throw new Problem('wrong_credentials')
  }
  const better = isOutdated(hash) ? await hashPassword(password) : null
  await ctx.db.tx({ person: id }, async () => {
    await run('update persons set failed_logins = 0, locked_until = null where id = $1', [id])
    // The password stays the same, and with it the day it was changed.
    if (better)
      await run('update credentials set password_hash = $2 where person_id = $1', [id, better])
  })
  return id
}

function refuseWhileDelayed(until: Date | null, now: Date): void {
  if (!until || until <= now) return
  const seconds = Math.ceil((until.getTime() - now.getTime()) / 1000)
  throw new Problem('too_many', `Too many wrong passwords. Try again in ${seconds} s.`, {
    retryAfter: seconds,
  })
}

async function countFailure(id: string, now: Date): Promise<void> {
  const [counted] = await rows<{ failed_logins: number }>(
    `update persons set failed_logins = failed_logins + 1 where id = $1 returning failed_logins`,
    [id],
  )
  const until = new Date(now.getTime() + delayAfter(counted?.failed_logins ?? 0))
  await run('update persons set locked_until = $2 where id = $1', [id, until])
}

/** Checks the password of a signed-in person; wrong ones count like those at sign-in. */
export async function confirmPassword(
  ctx: Context,
  personId: string,
  password: string,
): Promise<Person> {
  const { person, hash } = await proofOf(ctx, personId)
  if (!person) throw new Problem('unauthenticated')
  const now = ctx.now()
  refuseWhileDelayed(person.lockedUntil, now)
  if (await verifyPassword(hash, password)) return person
  await ctx.db.tx({ person: personId }, () => countFailure(personId, now))
  throw new Problem('wrong_credentials', 'The current password is wrong.')
}
