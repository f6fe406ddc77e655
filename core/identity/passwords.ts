/** Passwords: Argon2id with a bounded queue, and which passwords are refused. */
import argon2 from 'argon2'
import { fieldProblem, Problem } from '#contract/platform/problems.ts'
import { commonPasswords } from './common-passwords.ts'
import { assertOutside } from '../platform/db.ts'

/** OWASP's minimum (cheatsheetseries.owasp.org, Password Storage): 19 MiB, two passes, one lane. */
const cost = { type: argon2.argon2id, memoryCost: 19_456, timeCost: 2, parallelism: 1 } as const
/** What nobody's password is, checked where there is no account, so that both take the same time. */
const nobody =
  '$argon2id$v=19$m=19456,t=2,p=1$q83vEjRWeJCrze8SNFZ4kA$Y2vV5YwqM6Jm0n0r3bJ3bC1l3qDq0xXl7o8kWm1aT9E'
const atOnce = 2
const waitingMax = 64

let running = 0
const waiting: (() => void)[] = []

/**
 * Two hashes at a time and a short line behind them: each takes 19 MiB and some 20 ms of a core, so a flood of sign-ins must end in a
 * refusal and not in a machine that stands still.
 */
async function inTurn<T>(work: () => Promise<T>): Promise<T> {
  assertOutside('password hashing')
  if (running >= atOnce) {
    if (waiting.length >= waitingMax) throw new Problem('too_many', undefined, { retryAfter: 5 })
    await new Promise<void>((resolve) => waiting.push(resolve))
  } else running++
  try {
    return await work()
  } finally {
    const next = waiting.shift()
    if (next) next()
    else running--
  }
}

/** A PHC string with its own salt. */
export const hashPassword = (password: string): Promise<string> =>
  inTurn(() => argon2.hash(password.normalize('NFC'), cost))

/** True when the password fits. Without a hash (no such account) it takes as long and is false. */
export async function verifyPassword(hash: string | null, password: string): Promise<boolean> {
  const fits = await inTurn(() => argon2.verify(hash ?? nobody, password.normalize('NFC')))
  return hash !== null && fits
}

/** True when a hash was made with other parameters than today's. */
export const isOutdated = (hash: string): boolean => argon2.needsRehash(hash, cost)

/** Throws for a password that is guessed first: a common one, or the account's own name or address. */
export function refuseWeakPassword(
  password: string,
  owner: { name: string; email: string },
  pointer: string,
): void {
  const plain = squeeze(password)
  if (isCommon(plain))
    throw fieldProblem(pointer, 'This is one of the passwords that are guessed first. Use another.')
  const [mailbox = '', domain = ''] = owner.email.split('@')
  const own = [owner.name, owner.email, mailbox, domain, mailbox + owner.name, owner.name + mailbox]
  if (own.some((word) => word && squeeze(word) === plain))
    throw fieldProblem(pointer, 'A password like your name or address is guessed first.')
}

const squeeze = (text: string): string => text.normalize('NFKC').toLowerCase().replace(/\s/g, '')

/** Common as it stands, with digits or marks hung on, or one short piece over and over. */
function isCommon(plain: string): boolean {
  const bare = plain.replace(/[\d\W_]+$/u, '')
  return (
    commonPasswords.has(plain) ||
    (bare.length > 0 && commonPasswords.has(bare)) ||
    /^(.{1,4})\1+$/u.test(plain)
  )
}
